package privacy

import (
	"context"

	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
)

// ownTables declares what this package itself keeps about customers.
func ownTables() []personal.Table {
	return []personal.Table{
		{Name: "job", Class: personal.Logs, Of: personal.Texts, Sweep: forgetErrors},
		{
			Name: "legal_hold", Class: personal.Logs, Of: personal.Case, Where: `tenant_id = $1 AND kind = 'case' AND thing_id = $2`, Only: `released_at <> 0`, Key: "id",
			Show: `id, kind, reason, placed_at, released_at, release_reason`, Empty: personal.Columns("reason", "release_reason"),
		},
		{
			Name: "legal_hold", Class: personal.Logs, Of: personal.Customer, Where: `tenant_id = $1 AND kind = 'customer' AND thing_id = $2`, Only: `released_at <> 0`, Key: "id",
			Show: `id, kind, reason, placed_at, released_at, release_reason`, Empty: personal.Columns("reason", "release_reason"),
		},
	}
}

// forgetErrors takes a person out of what was said of work that has failed.
func forgetErrors(ctx context.Context, tx *db.Tx, texts []string, after int64) (changed, next int64, err error) {
	return job.ForgetErrors(ctx, tx, func(text string) bool { return personal.Says(text, texts) }, after)
}

// Impersonal names the tables that hold nothing of a customer, and why that is so. A
// table that is neither here nor declared by its owner (personal.Table) fails a test:
// whoever makes one says which it is.
func Impersonal() map[string]string {
	const (
		configuration = "what administrators set up"
		staff         = "people who work here, not customers"
		place         = "how far a reader is, or who holds what: no content"
		keys          = "keys, states and times of work: figures are made of them"
		texts         = "texts that the house has written for everybody"
	)
	all := map[string]string{
		"fact":            "facts hold keys, never what customers wrote (package fact)",
		"idempotency":     "answers are sealed, and gone within a day",
		"search_document": "the index: erased with what it was made from (Index.Forget)",
		"search_text":     "the index: erased with what it was made from (Index.Forget)",
		"erasure":         "keys; the traces are sealed while it runs, and emptied with its end",
		"person_export":   "keys; the archives are blobs that an erasure takes (forgetExports)",
		"certificate":     "keys, counts and who ordered it: the proof that stays",
		"import_file":     "names of files; their bytes are gone once they are imported",
		"import_fault":    "lines and reasons, never what a line says",

		"stray_event": "of no tenant: gone within a week, or adopted as a channel_event, which intake declares",

		"chorus": "hashes of pieces of words, by which nobody is found (package alike), keys of cases, and topics that staff have named; gone when nobody joins (Prune)",

		"organisation":        "a firm, not a person, erased by itself (EraseOrganisation); who belongs to it stands with the customer",
		"organisation_domain": "of a firm, not of a person",
		"organisation_join":   "that two firms are one: keys and times",
	}
	for why, names := range map[string][]string{
		configuration: {
			"tenant", "brand", "setting", "calendar", "entry_point", "queue", "skill", "away_reason", "disposition", "case_status", "case_field", "case_number",
			"sla_policy", "webhook", "mailbox", "mail_key", "webchat_key", "retention_rule", "saved_view",
			"customer_field", "rule", "macro", "own_channel", "channel_account",
		},
		staff: {
			"app_user", "app_role", "user_role", "user_brand", "team", "team_member", "invitation", "session", "api_key", "login_attempt", "agent", "agent_skill",
			"queue_member", "agent_interval", "agent_signature", "desk", "participant", "notification", "case_watcher",
		},
		place: {
			"fact_head", "lease", "job_slot", "case_reader", "sla_reader", "chorus_reader", "search_reader", "webhook_place", "rule_place", "report_clock", "report_cursor", "desk_node",
			"goose_db_version", "goose_lock", "retention_run", "doomed_blob", "erasure_left",
		},
		keys: {
			"interaction", "queue_visit", "offer", "segment", "dispatch", "case_link", "answer_all_item", "sla_case", "clock", "article_use", "canned_use",
			"rule_firing", "rule_timer", "sms_segment", "private_answer", "entry_part", "chorus_voice", "common_answer_item",
			"report_queue_interval", "report_work_interval", "report_agent_interval", "report_away_interval",
		},
		texts: {"common_answer", "canned", "article", "article_brand", "article_category", "article_version", "article_review"},
	} {
		for _, name := range names {
			all[name] = why
		}
	}
	return all
}
