"""What the matrix expects: the status of every page for everyone, in the order of `ROLES`."""

from __future__ import annotations

IN = 302  # the way to signing in, or on from there
EVERYONE = (200,) * 7
KNOWN = (IN,) + (200,) * 6
FIRMS = (IN, 200, 200, 403, 403, 403, 403)
OFFICERS = (IN, 403, 403, 200, 200, 200, 200)
OFFICE = (IN, 403, 403, 403, 403, 403, 200)
LEADERS = (IN, 403, 403, 403, 403, 200, 200)
CASE = (IN, 200, 404, 200, 200, 200, 404)
OVERSEEN = (IN, 403, 403, 200, 200, 200, 403)  # who has a duty in a promise
NOBODY = (404,) * 7

POSTED = (IN,) + (405,) * 6  # takes only what a form sends

EXPECTED: dict[str, tuple[int, ...]] = {
    # open to everyone
    "home": EVERYONE,
    "services": EVERYONE,
    "service": EVERYONE,
    "items": EVERYONE,
    "item-suggestions": EVERYONE,
    "item": NOBODY,  # the catalogue is empty here
    "progress": EVERYONE,
    "progress-of": EVERYONE,
    "verify": EVERYONE,
    "kept": EVERYONE,
    "verify-of": NOBODY,  # no document was made out here
    "sign-in": (200,) + (IN,) * 6,
    "start": (IN,) * 7,
    "personas": (405,) * 7,
    "set-language": (405,) * 7,
    # of whoever asks
    "notices": KNOWN,
    "notices-sheet": KNOWN,
    "notices-read": POSTED,
    "sign-out": POSTED,
    "notice-preferences": KNOWN,
    "notice-trial": POSTED,
    "phone-code": POSTED,
    "phone-confirmation": POSTED,
    "drafts": KNOWN,
    "drafts-sheet": KNOWN,
    "draft-deletion": POSTED,
    "jobs": KNOWN,
    "jobs-sheet": KNOWN,
    "list-columns": POSTED,
    "list-views": POSTED,
    "list-view": POSTED,
    "cases-together": POSTED,
    "tokens": KNOWN,
    "tokens-sheet": KNOWN,
    "token-revocation": POSTED,
    "items-sheet": KNOWN,
    # who somebody is
    "privacy": EVERYONE,
    "register": EVERYONE,
    "forgotten": EVERYONE,
    "letter": (422,) * 7,  # no such letter was sent
    "sign-in-code": (IN,) * 7,
    "outside": NOBODY,  # no provider is set up here
    "outside-back": NOBODY,
    **dict.fromkeys(
        (
            "account",
            "password",
            "second-factor",
            "second-factor-removal",
            "recovery-codes",
            "confirm",
            "my-data",
            "my-data-copy",
            "deletion",
            "my-firms",
        ),
        KNOWN,
    ),
    **dict.fromkeys(
        (
            "session-ending",
            "other-sessions-ending",
            "consent",
            "deletion-withdrawal",
            "acting",
            "binding-withdrawal",
            "membership-ending",
            "member-ending",
            "member-answer",
            "binding-person",
            "unlocking",
            "person-factor",
            "person-sessions",
        ),
        POSTED,
    ),
    **dict.fromkeys(("members", "members-sheet", "administration"), (IN, 200, 403, 403, 403, 403, 403)),
    **dict.fromkeys(
        (
            "registers",
            "bindings",
            "bindings-sheet",
            "binding",
            "deletions",
            "deletions-sheet",
            "locks",
            "locks-sheet",
            "people",
            "people-sheet",
            "person-new",
            "person",
            "person-closing",
            "duty-new",
            "duty-ending",
            "duty-hand-over",
            "units",
            "units-sheet",
        ),
        OFFICE,
    ),
    "deletion-answer": (*OFFICE[:-1], 404),  # nobody asked to be forgotten
    # the supermarket, and the mandates of firm A
    "supermarket": KNOWN,
    "basket": KNOWN,
    "basket-sheet": KNOWN,
    "my-mandates": KNOWN,
    "my-mandates-sheet": KNOWN,
    **dict.fromkeys(("basket-put-in", "basket-take-out", "basket-order"), POSTED),
    **dict.fromkeys(("mandate-matters", "mandate-matters-sheet"), KNOWN),
    **dict.fromkeys(
        ("firm-mandates", "firm-mandates-sheet", "mandate-acts", "mandate-acts-sheet"),
        (IN, 200, 403, 403, 403, 403, 403),
    ),
    "mandate-revocation": (IN, 200, 403, 403, 403, 403, 200),  # the office may too
    **dict.fromkeys(("channels", "channel-cases", "channel-sheet"), OVERSEEN),
    # the rota, the workload, the task list
    "rota": OFFICERS,
    "rota-sheet": OFFICERS,
    **dict.fromkeys(("rota-new", "rota-import", "rota-patterns", "rota-patterns-sheet"), LEADERS),
    "rota-exchange": (IN, 403, 403, 200, 403, 200, 200),
    "rota-ending": POSTED,
    **dict.fromkeys(("workload", "workload-sheet", "ownerless", "ownerless-sheet"), OVERSEEN),
    **dict.fromkeys(("workload-cases", "workload-cases-sheet"), OVERSEEN),
    "hand-over-everything": (IN, 403, 403, 200, 403, 200, 200),
    **dict.fromkeys(("tasks", "task-list", "tasks-sheet", "task-months", "task"), OFFICERS),
    **dict.fromkeys(("task-month", "task-month-sheet", "task-evidence"), (IN, 403, 403, 404, 404, 404, 404)),
    # of firms
    "matters": FIRMS,
    "matters-sheet": FIRMS,
    "file": FIRMS,
    # of the case
    "case": CASE,
    "act": (IN, 403, 404, 200, 403, 403, 404),
    "messages": POSTED,
    "case-numbers": POSTED,
    "rating": (IN, 403, 404, 403, 403, 403, 404),  # it has not ended
    "document": (IN, 200, 404, 200, 404, 200, 404),  # a leader has a role in every case
    # files of the case were looked over: whoever may read them sees how far it is, or is led back to the case
    "case-checks": (IN, IN, 404, IN, 404, IN, 404),
    "job": (IN, 200, 404, 200, 404, 200, 404),
    "job-cancellation": POSTED,
    "view": (IN, *NOBODY[1:]),  # nothing of these was made here
    "picture": (IN, *NOBODY[1:]),
    "film": (IN, *NOBODY[1:]),
    # a talent record of firm A's agent, and a dual post of theirs
    "talent": KNOWN,
    "talent-record": KNOWN,
    "talent-permission": POSTED,
    "talent-permission-withdrawal": (IN, 200, 404, 404, 404, 404, 404),
    "talent-entry-new": (IN, 200, 404, 404, 404, 404, 404),
    "talent-entry-withdrawal": POSTED,
    "talent-standard": EVERYONE,
    **dict.fromkeys(("talents-introduced", "talents-introduced-sheet"), FIRMS),
    **dict.fromkeys(("dual-posts", "dual-posts-sheet"), KNOWN),
    "dual-post-new": (IN, 200, 404, 403, 403, 403, 403),
    **dict.fromkeys(("dual-post", "dual-post-ending"), (IN, 200, 404, 404, 404, 404, 404)),
    **dict.fromkeys(("dual-post-agreement", "talent-appraisal", "talent-entry-decision"), POSTED),
    # nobody here holds the duty of the talent office
    **dict.fromkeys(("talents", "talents-sheet", "talent-shown", "meeting-new"), (IN,) + (403,) * 6),
    **dict.fromkeys(("meetings", "meetings-sheet"), OFFICERS),
    # of officers
    "worklist": OFFICERS,
    "worklist-sheet": OFFICERS,
    "overview": OVERSEEN,
    "overview-cases": OVERSEEN,
    "overview-sheet": OVERSEEN,
    "visits": OFFICERS,
    "visits-sheet": OFFICERS,
    "visit-new": OFFICERS,
    # bundles: none is under way here
    "bundles": EVERYONE,
    "bundle-questions": FIRMS,
    "bundle-apply": (IN, IN, IN, 403, 403, 403, 403),  # without answers back to the questions
    "bundle-runs": KNOWN,
    "bundle-runs-sheet": KNOWN,
    "bundle-run": (IN, *NOBODY[1:]),
    **dict.fromkeys(("bundle-case", "bundle-calling-off"), POSTED),
    # of the drug steward: nobody guides here, no product and no answer is kept
    **dict.fromkeys(("drug-desk", "journey"), EVERYONE),
    "products": KNOWN,
    "products-sheet": KNOWN,
    "product-new": FIRMS,
    "time-saved": (IN,) + (403,) * 6,
    **dict.fromkeys(("product", "product-step", "product-step-case", "answer"), (IN, *NOBODY[1:])),
    "answers": KNOWN,
    "answers-sheet": KNOWN,
    **dict.fromkeys(("answer-new", "answer-replacement"), (IN,) + (403,) * 6),
    **dict.fromkeys(("product-taking-up", "answer-decision", "answer-withdrawal", "answer-review"), POSTED),
    "visit": (IN, 403, 403, 404, 404, 404, 404),  # none was recorded here
    # of the promise: nobody takes filings in here, and nothing counts as solved
    "alike": KNOWN,
    "take-in": (IN,) + (403,) * 6,
    "raised": (IN,) + (404,) * 6,
    "raised-sheet": (IN,) + (404,) * 6,
    "report": OVERSEEN,
    "report-pdf": OVERSEEN,
    "report-sheet": OVERSEEN,
    "duty": OFFICERS,
    "duty-sheet": OFFICERS,
    "leave": OFFICERS,
    "leave-of": (IN, 403, 403, IN, 403, 200, 200),  # one's own is another page
    "leave-cancellation": POSTED,
    # of licence officers and the office, and of firm A's licence
    **dict.fromkeys(
        ("licences", "licences-sheet", "licence-nights", "licence-nights-sheet", "licences-import"), OFFICE
    ),
    "licences-import-columns": (*OFFICE[:-1], 404),  # nothing was uploaded here
    "licences-imported": (*OFFICE[:-1], 404),
    **dict.fromkeys(
        ("licence-night-ask", "licence-choose", "licence-issue", "licence-revoke", "licence-fact"), POSTED
    ),
    **dict.fromkeys(("my-licences", "my-licences-sheet"), KNOWN),
    **dict.fromkeys(("licence-kinds", "licence-verify", "licence-keys", "licence-issuer"), EVERYONE),
    "licence-status": NOBODY,  # so many licences there are not
    "licence-verify-of": NOBODY,  # no e-licence was made out here
    "licence": (IN, 200, 404, 404, 404, 404, 200),
    "licence-pdf": (IN, IN, 404, 404, 404, 404, IN),  # back to the licence: none was made out
    "licence-token": (IN, IN, 404, 404, 404, 404, IN),
    # of leaders and the office
    **dict.fromkeys(
        (
            "mining",
            "mining-logs-sheet",
            "mining-ways",
            "mining-ways-sheet",
            "mining-waits",
            "mining-waits-sheet",
            "historic-log",
            "historic-ways-sheet",
            "historic-waits",
            "historic-waits-sheet",
            "historic-cases",
            "historic-cases-sheet",
            "historic-case",
            "historic-promise",
        ),
        LEADERS,
    ),
    "historic-forget": POSTED,
    # of officers of benefits, here the office, and of the firm itself
    **dict.fromkeys(("facts", "facts-sheet", "fact-problems", "fact-problems-sheet", "facts-import"), OFFICE),
    **dict.fromkeys(("benefit-policies", "grants", "grants-sheet"), OFFICE),
    **dict.fromkeys(("batches", "batches-sheet", "recoveries", "recoveries-sheet"), OFFICE),
    **dict.fromkeys(
        (
            "benefit-policy",
            "benefits",
            "benefits-sheet",
            "batch",
            "batch-sheet",
            "batch-file",
            "grant-revocation",
            "payment-recovery",
        ),
        (*OFFICE[:-1], 404),
    ),
    **dict.fromkeys(
        (
            "benefit-match",
            "benefit-decline",
            "batch-release",
            "batch-drop",
            "batch-receipt",
            "recovery-return",
        ),
        POSTED,
    ),
    "benefit-decision": (IN, *NOBODY[1:]),  # nothing was decided here
    "my-benefits": KNOWN,
    "public-notice": EVERYONE,
    **dict.fromkeys(("own-benefits", "own-facts", "own-fact-new", "talent-secretary"), KNOWN),
    **dict.fromkeys(("own-benefit", "own-benefit-appeal"), (IN, *NOBODY[1:])),  # there is no such policy
    "own-benefit-decline": POSTED,
    "firm-benefits": (IN, 200, 404, 404, 404, 404, 200),
    "benefit-mine": (IN, *NOBODY[1:]),  # there is no such policy
    "benefit-appeal": (IN, *NOBODY[1:]),
    **dict.fromkeys(("facts-import-columns", "facts-import-report", "fact-correct"), (*OFFICE[:-1], 404)),
    "fact-paper": (IN, *NOBODY[1:]),  # none was brought here
    **dict.fromkeys(("party-facts", "fact-new"), (IN, 200, 404, 404, 404, 404, 200)),
    # the policy studio: of officers of benefits, here the office
    **dict.fromkeys(("policy-studio", "policy-studio-sheet", "policy-new", "policy-from-sheet"), OFFICE),
    **dict.fromkeys(
        ("policy-draft", "policy-publication", "policy-studio-policy", "policy-withdrawal"),
        (*OFFICE[:-1], 404),
    ),
    "policy-comparison": (*OFFICE[:-1], 404),
    **dict.fromkeys(("policy-draft-new", "policy-draft-cost", "policy-draft-dropped"), POSTED),
    # the studio: looked at by leaders and the office, written on by the office
    **dict.fromkeys(
        (
            "studio",
            "studio-sheet",
            "studio-new",
            "studio-draft",
            "studio-publication",
            "studio-draft-simulate",
            "studio-simulation",
            "studio-mechanism",
            "studio-diagram",
            "studio-bpmn",
            "studio-toml",
            "studio-simulations",
            "studio-simulations-sheet",
            "studio-simulate",
        ),
        LEADERS,
    ),
    "studio-draft-new": POSTED,
    "studio-draft-dropped": POSTED,
    "studio-simulation-forgotten": POSTED,
    "studio-withdrawal": (IN, 403, 403, 403, 403, 404, 404),  # nothing was published here
    # of the office
    "undelivered": OFFICE,
    "undelivered-sheet": OFFICE,
    "items-import": OFFICE,
    "historic-import": OFFICE,
    "historic-import-columns": (*OFFICE[:-1], 404),  # nothing was uploaded here
    "items-import-check": (*OFFICE[:-1], 404),  # nothing was uploaded here
    "items-import-problems": (*OFFICE[:-1], 404),
}
