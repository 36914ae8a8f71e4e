package email

import (
	"context"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/platform/job"
	"github.com/zongler/zongler/internal/platform/lease"
)

func findSealed(ctx context.Context, q db.Queryer, tenant id.Tenant, point id.EntryPoint) (string, error) {
	sealed, _, err := db.Find[string](ctx, q, `SELECT secrets FROM mailbox WHERE tenant_id = $1 AND entry_point_id = $2`, tenant, point)
	return sealed, err
}

func saveSealed(ctx context.Context, tx *db.Tx, tenant id.Tenant, point id.EntryPoint, sealed string) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO mailbox (tenant_id, entry_point_id, secrets) VALUES ($1, $2, $3)
		ON CONFLICT (tenant_id, entry_point_id) DO UPDATE SET secrets = excluded.secrets`, tenant, point, sealed)
	return err
}

func findKey(ctx context.Context, q db.Queryer, tenant id.Tenant) (string, bool, error) {
	return db.Find[string](ctx, q, `SELECT secret FROM mail_key WHERE tenant_id = $1`, tenant)
}

// keepKey stores the sealed key of a tenant, unless another was faster, and returns the one that is kept.
func keepKey(ctx context.Context, d *db.DB, tenant id.Tenant, sealed string) (kept string, err error) {
	err = d.Update(ctx, func(tx *db.Tx) error {
		if _, err := db.Exec(ctx, tx, `INSERT INTO mail_key (tenant_id, secret) VALUES ($1, $2) ON CONFLICT (tenant_id) DO NOTHING`, tenant, sealed); err != nil {
			return err
		}
		kept, _, err = findKey(ctx, tx, tenant)
		return err
	})
	return kept, err
}

func (s *Service) findPlace(ctx context.Context, p channel.EntryPoint) (place, error) {
	row, _, err := db.Find[struct {
		Validity int64 `db:"uid_validity"`
		Last     int64 `db:"last_uid"`
	}](ctx, s.DB, `SELECT uid_validity, last_uid FROM mailbox WHERE tenant_id = $1 AND entry_point_id = $2`, p.Tenant, p.ID)
	return place{UIDValidity: uint32(row.Validity), LastUID: imap.UID(row.Last)}, err //nolint:gosec // as they were stored
}

func (s *Service) savePlace(ctx context.Context, p channel.EntryPoint, at place) error {
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		_, err := db.Exec(ctx, tx, `INSERT INTO mailbox (tenant_id, entry_point_id, uid_validity, last_uid) VALUES ($1, $2, $3, $4)
			ON CONFLICT (tenant_id, entry_point_id) DO UPDATE SET uid_validity = excluded.uid_validity, last_uid = excluded.last_uid`,
			p.Tenant, p.ID, int64(at.UIDValidity), int64(at.LastUID))
		return err
	})
}

// unknown returns those of mails that have not been taken.
func (s *Service) unknown(ctx context.Context, p channel.EntryPoint, mails []listed) ([]listed, error) {
	var names []string
	for _, l := range mails {
		if l.name != "" {
			names = append(names, l.name)
		}
	}
	if len(names) == 0 {
		return mails, nil
	}
	var w db.Where
	w.And("tenant_id = ?", p.Tenant)
	w.And("entry_point_id = ?", p.ID)
	db.In(&w, "dedup", names)
	known, err := db.Many[string](ctx, s.DB, `SELECT dedup FROM mail`+w.SQL(), w.Args()...)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, name := range known {
		seen[name] = true
	}
	var fresh []listed
	for _, l := range mails {
		if l.name == "" || !seen[l.name] {
			seen[l.name] = true // twice in one mailbox is once
			fresh = append(fresh, l)
		}
	}
	return fresh, nil
}

// Read is the job that reads a mail, and those after it of the same sender: these are read one after another, because
// they belong to one customer and most often to one conversation, where they would only wait for each other.
type Read struct {
	Mail int64   `json:"mail"`
	More []int64 `json:"more,omitempty"`
}

// readTogether bounds the mails of one job, which has to end within the time of one.
const readTogether = 10

// Kind returns "email.read".
func (Read) Kind() string { return "email.read" }

// keepMails writes the rows of mails whose bytes are stored, with the jobs that read them.
func (s *Service) keepMails(ctx context.Context, p channel.EntryPoint, held lease.Held, mails []fetched) error {
	if len(mails) == 0 {
		return nil
	}
	return s.DB.Update(ctx, func(tx *db.Tx) error {
		if held.Name != "" {
			if err := lease.Check(ctx, tx, held); err != nil {
				return err
			}
		}
		var fresh []kept
		for _, f := range mails {
			key, isNew, err := keepMail(ctx, tx, p, f)
			if err != nil {
				return err
			}
			if isNew {
				fresh = append(fresh, kept{key, f.from})
			}
		}
		for _, read := range readsOf(fresh) {
			if err := job.Enqueue(ctx, tx, read); err != nil {
				return err
			}
		}
		return nil
	})
}

// kept is a mail whose row was written.
type kept struct {
	key  int64
	from string
}

// readsOf returns the jobs that read mails, in order of the first of each.
func readsOf(mails []kept) (reads []Read) {
	of := map[string]int{} // place of the job that takes the next of a sender
	for _, m := range mails {
		at, found := of[m.from]
		if m.from == "" || !found || len(reads[at].More) == readTogether-1 {
			of[m.from] = len(reads)
			reads = append(reads, Read{Mail: m.key})
			continue
		}
		reads[at].More = append(reads[at].More, m.key)
	}
	return reads
}

func keepMail(ctx context.Context, tx *db.Tx, p channel.EntryPoint, f fetched) (key int64, isNew bool, err error) {
	key = id.New[int64]()
	isNew, err = db.InsertOnce(ctx, tx, `INSERT INTO mail (tenant_id, id, entry_point_id, dedup, blob_key, size, cut, state, received_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (tenant_id, entry_point_id, dedup) DO NOTHING`,
		p.Tenant, key, p.ID, f.dedup, f.key, f.size, f.cut, string(stateStored), tx.Now())
	return key, isNew, err
}

// state is what became of a mail.
type state string

// States of a mail.
const (
	stateStored      state = "stored"
	stateRead        state = "read"
	stateBounce      state = "bounce"      // told of a mail of ours
	stateOwn         state = "own"         // one of ours came back
	stateQuarantined state = "quarantined" // could not be understood
)

// mailRow is a mail as it is kept.
type mailRow struct {
	ID             int64
	EntryPointID   id.EntryPoint
	Dedup          string
	BlobKey        string
	Size           int64
	Cut            bool
	State          string
	ConversationID id.Conversation
	EntryID        id.Entry
	ReceivedAt     time.Time
}

const selectMail = `SELECT id, entry_point_id, dedup, blob_key, size, cut, state, conversation_id, entry_id, received_at FROM mail`

func findMail(ctx context.Context, q db.Queryer, key int64) (mailRow, bool, error) {
	return db.Find[mailRow](ctx, q, selectMail+` WHERE tenant_id = $1 AND id = $2`, actor.From(ctx).Tenant, key)
}

// mailOf returns the mail from which an entry was made.
func mailOf(ctx context.Context, q db.Queryer, entry id.Entry) (mailRow, error) {
	return db.One[mailRow](ctx, q, selectMail+` WHERE tenant_id = $1 AND entry_id = $2 AND entry_id <> 0 ORDER BY id LIMIT 1`, actor.From(ctx).Tenant, entry)
}

// settled is what a mail has become.
type settled struct {
	state        state
	sender       string
	conversation id.Conversation
	entry        id.Entry
}

func settleMail(ctx context.Context, tx *db.Tx, key int64, s settled) error {
	return db.Write(ctx, tx, `UPDATE mail SET state = $3, sender = $4, conversation_id = $5, entry_id = $6 WHERE tenant_id = $1 AND id = $2`,
		actor.From(ctx).Tenant, key, string(s.state), s.sender, s.conversation, s.entry)
}

// countFrom counts the mails of a sender to a mailbox since a time.
func countFrom(ctx context.Context, q db.Queryer, point id.EntryPoint, sender string, since time.Time) (int, error) {
	return db.One[int](ctx, q, `SELECT COUNT(*) FROM mail WHERE tenant_id = $1 AND entry_point_id = $2 AND sender = $3 AND sender <> '' AND received_at > $4`,
		actor.From(ctx).Tenant, point, sender, since)
}

// named is a Message-ID with its conversation.
type named struct {
	Name           string
	MessageID      string
	ConversationID id.Conversation
	EntryID        id.Entry
	Ours           bool
}

func keepName(ctx context.Context, tx *db.Tx, brand id.Brand, n named) error {
	return db.Write(ctx, tx, `INSERT INTO mail_name (tenant_id, brand_id, name, message_id, conversation_id, entry_id, ours, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (tenant_id, brand_id, name) DO NOTHING`,
		actor.From(ctx).Tenant, brand, nameOf(n.MessageID), n.MessageID, n.ConversationID, n.EntryID, n.Ours, tx.Now())
}

// namesOf returns those of Message-IDs that are known in a brand.
func namesOf(ctx context.Context, q db.Queryer, brand id.Brand, messageIDs []string) (map[string]named, error) {
	found := map[string]named{}
	if len(messageIDs) == 0 {
		return found, nil
	}
	names := make([]string, len(messageIDs))
	for i, m := range messageIDs {
		names[i] = nameOf(m)
	}
	var w db.Where
	w.And("tenant_id = ?", actor.From(ctx).Tenant)
	w.And("brand_id = ?", brand)
	db.In(&w, "name", names)
	rows, err := db.Many[named](ctx, q, `SELECT name, message_id, conversation_id, entry_id, ours FROM mail_name`+w.SQL(), w.Args()...)
	for _, n := range rows {
		found[n.MessageID] = n
	}
	return found, err
}

// thread returns the newest Message-IDs of a conversation, the newest first.
func thread(ctx context.Context, q db.Queryer, conversation id.Conversation) ([]named, error) {
	return db.Many[named](ctx, q, `SELECT name, message_id, conversation_id, entry_id, ours FROM mail_name
		WHERE tenant_id = $1 AND conversation_id = $2 ORDER BY at DESC, name LIMIT 20`, actor.From(ctx).Tenant, conversation)
}

func keepParties(ctx context.Context, tx *db.Tx, conversation id.Conversation, addresses []string) error {
	for _, a := range addresses {
		err := db.Write(ctx, tx, `INSERT INTO mail_party (tenant_id, conversation_id, address) VALUES ($1, $2, $3)
			ON CONFLICT (tenant_id, conversation_id, address) DO NOTHING`, actor.From(ctx).Tenant, conversation, a)
		if err != nil {
			return err
		}
	}
	return nil
}

func isParty(ctx context.Context, q db.Queryer, conversation id.Conversation, address string) (bool, error) {
	_, found, err := db.Find[string](ctx, q, `SELECT address FROM mail_party WHERE tenant_id = $1 AND conversation_id = $2 AND address = $3`,
		actor.From(ctx).Tenant, conversation, address)
	return found, err
}
