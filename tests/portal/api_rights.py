"""What the matrix expects: the status of every operation for everyone, in the order of `ROLES`."""

from __future__ import annotations

OPEN = (200,) * 7
KNOWN = (401,) + (200,) * 6
OFFICERS = (401, 403, 403, 200, 200, 200, 200)
OFFICE_ONLY = (401, 403, 403, 403, 403, 403)
LEADERS = (401, 403, 403, 403, 403, 200, 200)
CASE = (401, 200, 404, 200, 200, 200, 404)
BENEFIT = (401, 200, 404, 404, 404, 404, 200)
MINE = (401, 200, 404, 404, 404, 404, 404)

EXPECTED: dict[str, tuple[int, ...]] = {
    # open to everyone
    "listPromises": OPEN,
    "showPromise": OPEN,
    "showNeeds": OPEN,
    "showResolution": OPEN,
    "searchItems": OPEN,
    "showItem": (404,) * 7,  # the catalogue is empty here
    "listDepartments": OPEN,
    "showProgress": OPEN,
    "verifyResult": (404,) * 7,  # no document was made out here
    "showLicenceKinds": OPEN,
    "verifyELicence": (404,) * 7,  # no e-licence was made out here
    # of whoever asks
    "showMe": KNOWN,
    "reckonClock": KNOWN,
    "listNotices": KNOWN,
    "readNotices": KNOWN,
    "listChanges": KNOWN,
    "showNoticePreferences": KNOWN,
    "chooseNotices": KNOWN,
    "tryNoticeChannel": (401,) + (409,) * 6,  # nobody here has a robot or a number
    "sendPhoneCode": (401,) + (409,) * 6,  # no number waits for a code
    "confirmPhone": (401,) + (409,) * 6,
    "listUploads": KNOWN,
    "listCases": KNOWN,
    "showAlike": KNOWN,
    "listLicences": KNOWN,
    # the licence of firm A
    "showLicence": (401, 200, 404, 404, 404, 404, 200),
    "showELicence": (401, 200, 404, 404, 404, 404, 200),
    "chooseRenewal": (401, 200, 404, 404, 404, 404, 404),
    "recordLicenceFact": (*OFFICE_ONLY, 200),
    "revokeLicence": (*OFFICE_ONLY, 200),
    "listLicenceNights": (*OFFICE_ONLY, 200),
    # of firms
    "listMatters": (401, 200, 200, 403, 403, 403, 403),
    "openCase": (401, 201, 201, 403, 403, 403, 403),
    "uploadFile": (401,) + (201,) * 6,
    "beginUpload": (401,) + (201,) * 6,
    # the upload of firm A's agent
    "showUpload": MINE,
    "appendToUpload": (401, 204, 404, 404, 404, 404, 404),
    "abandonUpload": (401, 204, 404, 404, 404, 404, 404),
    # the supermarket and mandates of firm A
    "listBasket": KNOWN,
    "chooseMatter": (401, 201, 403, 403, 403, 403, 403),
    "dropMatter": (401, 204, 404, 404, 404, 404, 404),
    "orderBasket": MINE,
    "listMandates": (401, 200, 403, 403, 403, 403, 403),
    "giveMandate": (401, 201, 403, 403, 403, 403, 403),
    "revokeMandate": (401, 200, 403, 403, 403, 403, 200),
    "showChannels": (401, 403, 403, 200, 200, 200, 403),
    # of officers: the rota, the workload, the task list
    "showRota": OFFICERS,
    "planShifts": (401, 403, 403, 403, 403, 201, 201),
    "exchangeShift": (401, 403, 403, 201, 403, 201, 201),
    "showWorkload": (401, 403, 403, 200, 200, 200, 403),
    "showHoldings": (401, 403, 403, 403, 403, 200, 200),
    "handOverEverything": (401, 403, 403, 403, 403, 409, 409),  # a newcomer holds nothing
    "showTasks": OFFICERS,
    "showTask": OFFICERS,
    "reportTask": (401, 403, 403, 403, 403, 403, 403),  # of its owner: tests/service/test_tasks.py
    "showTaskMonths": OFFICERS,
    # the case of firm A
    "showCase": CASE,
    "listLog": CASE,
    "verifyCase": CASE,
    "listDocuments": CASE,
    "listActs": CASE,
    "readDocument": (401, 200, 404, 200, 404, 200, 404),  # a leader has a role in every case
    "act": (401, 403, 404, 200, 403, 403, 404),
    "readPicture": (
        401,
        404,
        404,
        404,
        404,
        404,
        404,
    ),  # none was made here: tests/service/test_files_shown.py
    "listResults": CASE,
    "listChecks": CASE,
    "lookIntoFiles": (401, 200, 404, 200, 404, 200, 404),
    "listFileChecks": KNOWN,
    "addNote": (401, 201, 404, 201, 403, 201, 404),
    "showNumbers": (401, 200, 404, 200, 403, 200, 404),  # who has no part in the case is not told
    "rateCase": (401, 409, 404, 403, 403, 403, 404),  # it has not ended
    "reassignCase": (401, 403, 404, 403, 403, 200, 404),
    "rebaseCase": (401, 403, 404, 403, 403, 200, 404),
    # a long job of firm A's agent, about that case
    "listJobs": KNOWN,
    "showJob": (401, 200, 404, 200, 404, 200, 404),
    "cancelJob": (401, 200, 404, 200, 404, 200, 404),
    # a draft of firm A's agent
    "listDrafts": KNOWN,
    "makeDraft": (401, 201, 404, 201, 201, 201, 404),
    "showDraft": MINE,
    "saveDraft": MINE,
    "deleteDraft": (401, 204, 404, 404, 404, 404, 404),
    # of officers
    "listWorklist": OFFICERS,
    "showOverview": (401, 403, 403, 200, 200, 200, 403),
    "showReport": (401, 403, 403, 200, 200, 200, 403),
    "listOverviewPromises": (401, 403, 403, 200, 200, 200, 403),
    # bundles: one of firm A, none of whose promises anybody here serves
    "showBundles": OPEN,
    "askBundle": OPEN,
    "startBundle": (401, 201, 403, 403, 403, 403, 403),
    "listBundleRuns": KNOWN,
    "showBundleRun": MINE,
    "settleBundleMatter": MINE,
    # of the drug steward: nobody guides products here
    "showJourneys": OPEN,
    "listProducts": KNOWN,
    "registerProduct": (401, 201, 403, 403, 403, 403, 403),
    "showProduct": MINE,
    "markProductStep": (401, 201, 404, 404, 404, 404, 404),
    "openProductStepCase": (401, 422, 404, 404, 404, 404, 404),  # the body fills in nothing
    "showTimeSaved": (401,) + (403,) * 6,
    "searchAnswers": KNOWN,
    "showAnswer": (401,) + (200,) * 6,
    "proposeAnswer": (401,) + (403,) * 6,
    "decideAnswer": (401,) + (403,) * 6,
    "listVisits": OFFICERS,
    "recordVisit": (401, 403, 403, 201, 201, 201, 201),
    "showVisit": OFFICERS,
    "listDuties": OFFICERS,
    "listPeople": OFFICERS,
    "listUnits": OFFICERS,
    "searchFirms": OFFICERS,
    "listLeaves": (401, 403, 403, 200, 403, 200, 200),
    "fileLeave": (401, 403, 403, 201, 403, 201, 201),
    "cancelLeave": (401, 403, 403, 200, 403, 200, 200),
    "nameDeputy": (401, 403, 403, 403, 403, 200, 200),
    "handOver": (401, 403, 403, 201, 403, 201, 201),
    # of the office
    "listUndelivered": (401, 403, 403, 403, 403, 403, 200),
    "resendNotices": (401, 403, 403, 403, 403, 403, 200),
    "giveDuty": (*OFFICE_ONLY, 201),
    "endDuty": (*OFFICE_ONLY, 200),
    "registerPerson": (*OFFICE_ONLY, 201),
    "deactivatePerson": (*OFFICE_ONLY, 200),
    "openUnit": (*OFFICE_ONLY, 201),
    "appointHead": (*OFFICE_ONLY, 200),
    "registerFirm": (*OFFICE_ONLY, 201),
    "joinFirm": (401, 201, 403, 403, 403, 403, 201),  # firm A's agent administers it
    "leaveFirm": (401, 409, 403, 403, 403, 403, 200),  # it is the firm's last administrator
    # who somebody is, and for whom they act
    "showSessions": KNOWN,
    "endSession": (401,) + (404,) * 6,  # a token is no session
    "showMemberships": KNOWN,
    "listBindingRequests": KNOWN,
    "askBinding": (401,) + (201,) * 6,
    "decideBinding": (*OFFICE_ONLY, 200),
    "withdrawBinding": (401, 404, 200, 404, 404, 404, 404),  # firm B's agent asked
    "listMembers": (401, 200, 403, 403, 403, 403, 200),
    "inviteMember": (401, 201, 403, 403, 403, 403, 201),
    "handOverFirm": (401,) + (403,) * 6,  # to oneself it is not handed
    "listLocks": (*OFFICE_ONLY, 200),
    "unlock": (*OFFICE_ONLY, 404),
    # a talent record of firm A's agent; nobody here holds the duty of the talent office
    "showOwnTalent": MINE,
    "keepTalent": (401, 200, 200, 200, 200, 200, 200),
    "permitTalentUses": MINE,
    "addTalentEntry": (401, 201, 404, 404, 404, 404, 404),
    "takeBackTalentEntry": MINE,
    "listTalents": (401,) + (403,) * 6,
    "showTalent": (401,) + (403,) * 6,
    "decideTalentEntry": (401,) + (403,) * 6,
    "appraiseTalent": (401,) + (403,) * 6,
    "listDualPosts": KNOWN,
    "proposeDualPost": (401, 201, 404, 404, 404, 404, 404),
    "showDualPost": MINE,
    "agreeToDualPost": MINE,
    "stopDualPost": MINE,
    "listTalentMeetings": OFFICERS,
    "recordTalentMeeting": (401,) + (403,) * 6,
    # benefits: of the firm itself and of officers of benefits, here the office
    "showFirmFacts": BENEFIT,
    "recordFact": (401, 201, 404, 404, 404, 404, 201),
    "recordPersonFact": (*OFFICE_ONLY, 201),
    "listFactProblems": (*OFFICE_ONLY, 200),
    # the studio, and how cases went as a whole: of leaders and the office; written on by the office only
    **dict.fromkeys(
        (
            "showMechanisms",
            "showMechanism",
            "exportBpmn",
            "showMechanismDrafts",
            "showMechanismDraft",
            "listSimulations",
            "showSimulation",
            "showMinedPromise",
            "listMiningLogs",
            "showMiningLog",
            "listMiningCases",
            "exportMiningLog",
        ),
        LEADERS,
    ),
    "makeMechanismDraft": (*OFFICE_ONLY, 201),
    "saveMechanismDraft": (*OFFICE_ONLY, 200),
    "dropMechanismDraft": (*OFFICE_ONLY, 204),
    "simulateMechanism": (401, 403, 403, 403, 403, 202, 202),
    "forgetSimulation": (401, 403, 403, 403, 403, 204, 204),
    "publishMechanism": (401, 403, 403, 403, 403, 409, 403),  # not simulated; written by the office's own
    "withdrawMechanism": (401, 403, 403, 403, 403, 404, 404),  # nothing was published here
    "importMiningLog": (*OFFICE_ONLY, 202),
    "forgetMiningLog": (*OFFICE_ONLY, 204),
    "showFirmBenefits": BENEFIT,
    **dict.fromkeys(("showOwnBenefits", "showOwnFacts"), KNOWN),
    "takeOwnBenefit": (401,) + (404,) * 6,  # there is no such policy for people
    "recordOwnFact": (401,) + (201,) * 6,
    "showTalentSecretary": MINE,
    "takeBenefit": (401, 409, 404, 404, 404, 404, 403),  # nothing is known of firm A
    "listBenefitDecisions": (*OFFICE_ONLY, 200),
    "showBenefitCost": (*OFFICE_ONLY, 200),
    "makeBatch": (*OFFICE_ONLY, 409),  # nothing was granted
    "showBatch": (*OFFICE_ONLY, 404),
    "releaseBatch": (401,) + (403,) * 6,  # the office does not release
    # the policy studio: of officers of benefits, here the office
    "showPolicies": (*OFFICE_ONLY, 200),
    "showPolicy": (*OFFICE_ONLY, 200),
    "makePolicyDraft": (*OFFICE_ONLY, 201),
    "showPolicyDraft": (*OFFICE_ONLY, 200),
    "savePolicyDraft": (*OFFICE_ONLY, 200),
    "dropPolicyDraft": (*OFFICE_ONLY, 200),
    "reckonPolicyDraft": (*OFFICE_ONLY, 202),
    "showPolicyComparison": (*OFFICE_ONLY, 200),
    "reckonPolicyComparison": (*OFFICE_ONLY, 202),
    "publishPolicyDraft": (*OFFICE_ONLY, 403),  # it was written by the office's own
    "withdrawPolicy": (*OFFICE_ONLY, 404),  # nothing was published here
    # the webhook of firm A's agent
    "listWebhooks": KNOWN,
    "openWebhook": (401,) + (201,) * 6,
    "showWebhook": MINE,
    "changeWebhook": MINE,
    "closeWebhook": (401, 204, 404, 404, 404, 404, 404),
    "renewWebhookSecret": MINE,
    "pingWebhook": (401, 202, 404, 404, 404, 404, 404),
    "listDeliveries": MINE,
    "replayDelivery": (401, 202, 404, 404, 404, 404, 404),
    "replaySpan": (401, 202, 404, 404, 404, 404, 404),
}
