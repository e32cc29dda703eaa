"""The terms of `policy.ttl` for rdflib; a term that the file does not have is an error.

Import `POL` from `policykg.ontology.namespace`. A test compares this list with the file.
"""

from rdflib import Namespace, URIRef
from rdflib.namespace import DefinedNamespace


class POL(DefinedNamespace):
    """The vocabulary of policykg."""

    _NS = Namespace("https://w3id.org/policykg/ontology#")
    _fail = True

    ActionProgram: URIRef
    AdministrativeCommittee: URIRef
    AdvisoryBody: URIRef
    Agreement: URIRef
    Association: URIRef
    Base: URIRef
    Body: URIRef
    CentralOrgan: URIRef
    Centre: URIRef
    Classification: URIRef
    Competition: URIRef
    CoordinationBody: URIRef
    Document: URIRef
    Enterprise: URIRef
    Exchange: URIRef
    FinancialInstitution: URIRef
    GoverningBoard: URIRef
    GovernmentDepartment: URIRef
    Guidance: URIRef
    Infrastructure: URIRef
    Intermediary: URIRef
    Judiciary: URIRef
    Law: URIRef
    Legislature: URIRef
    LocalGovernment: URIRef
    Measure: URIRef
    Measures: URIRef
    Mechanism: URIRef
    MedicalInstitution: URIRef
    Mention: URIRef
    Modality: URIRef
    Notice: URIRef
    Opinions: URIRef
    Park: URIRef
    Pilot: URIRef
    PlanDocument: URIRef
    PlanProgram: URIRef
    Platform: URIRef
    Program: URIRef
    Provision: URIRef
    PublicInstitution: URIRef
    QualitativeTarget: URIRef
    QuantitativeTarget: URIRef
    Regulation: URIRef
    ResearchInstitution: URIRef
    ResearchProject: URIRef
    Scenario: URIRef
    Statement: URIRef
    Strategy: URIRef
    Target: URIRef
    University: URIRef
    Zone: URIRef
    address: URIRef
    appliesTo: URIRef
    approvedBy: URIRef
    approves: URIRef
    citedBy: URIRef
    cites: URIRef
    classificationReason: URIRef
    classifies: URIRef
    comparator: URIRef
    confidence: URIRef
    coordinatesWith: URIRef
    coveredBy: URIRef
    date: URIRef
    delegatedBy: URIRef
    delegates: URIRef
    denotes: URIRef
    deploys: URIRef
    documentKind: URIRef
    documents: URIRef
    employedBy: URIRef
    employs: URIRef
    encouraged: URIRef
    establishedBy: URIRef
    establishes: URIRef
    evaluatedBy: URIRef
    evaluates: URIRef
    evidence: URIRef
    exploratory: URIRef
    fileStart: URIRef
    fragment: URIRef
    fundedBy: URIRef
    funds: URIRef
    generalHead: URIRef
    governs: URIRef
    hasMeasure: URIRef
    hasPart: URIRef
    hasTarget: URIRef
    headWord: URIRef
    heading: URIRef
    inProvision: URIRef
    indicator: URIRef
    issuedBy: URIRef
    issuerName: URIRef
    issues: URIRef
    locality: URIRef
    managedBy: URIRef
    manages: URIRef
    measureKind: URIRef
    modality: URIRef
    order: URIRef
    page: URIRef
    partOf: URIRef
    permitted: URIRef
    prohibited: URIRef
    provision: URIRef
    receivesReportFrom: URIRef
    recommendedBy: URIRef
    recommends: URIRef
    relatesTo: URIRef
    reportsTo: URIRef
    required: URIRef
    resources: URIRef
    rule: URIRef
    sectionKind: URIRef
    sectionNumber: URIRef
    stated: URIRef
    states: URIRef
    supervisedBy: URIRef
    supervises: URIRef
    supportedBy: URIRef
    supports: URIRef
    targetOf: URIRef
    text: URIRef
    textStart: URIRef
    topicWord: URIRef
    triggerEnd: URIRef
    triggerStart: URIRef
    worksWith: URIRef
