package email

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/mailmsg"
	"github.com/zongler/zongler/internal/kit/mailmsg/dsn"
	"github.com/zongler/zongler/internal/platform/db"
)

// Codes of what is said in the conversation about a mail of ours.
const (
	codeBounced    = "mail_bounced"
	codeDelayed    = "mail_delayed"
	codeComplained = "mail_complained"
)

// reasonBounced is why a delivery failed that the first server had taken.
const reasonBounced = "delivery.bounced"

// bounced reads a report about a mail of ours, and tells whether it was one.
func (s *Service) bounced(ctx context.Context, r *reading) (bool, error) {
	if receipt := dsn.Receipt(r.message); receipt != nil {
		return s.opened(ctx, r, receipt)
	}
	if complaint := dsn.Complaint(r.message); complaint != nil {
		return s.complained(ctx, r, complaint)
	}
	report := dsn.Bounce(r.message)
	if report == nil {
		return false, nil
	}
	e, found, err := s.ourMail(ctx, r, report.EnvelopeID, report.OriginalID)
	if err == nil && !found {
		e, found, err = s.ourMailTo(ctx, r, report)
	}
	if err != nil || !found {
		return false, err
	}
	return true, s.DB.Update(ctx, func(tx *db.Tx) error {
		if err := s.tellBounce(ctx, tx, r, e, report); err != nil {
			return err
		}
		return settleMail(ctx, tx, r.row.ID, settled{stateBounce, "", e.ConversationID, e.ID})
	})
}

// opened moves a mail of ours to read where its reader's program says so.
func (s *Service) opened(ctx context.Context, r *reading, receipt *dsn.ReceiptReport) (bool, error) {
	e, found, err := s.ourMail(ctx, r, receipt.OriginalID)
	if err != nil || !found {
		return false, err
	}
	return true, s.DB.Update(ctx, func(tx *db.Tx) error {
		if receipt.Disposition == "displayed" {
			if _, err := s.Conversations.MoveDelivery(ctx, tx, e.ID, conversation.Read, ""); err != nil {
				return err
			}
		}
		return settleMail(ctx, tx, r.row.ID, settled{stateBounce, "", e.ConversationID, e.ID})
	})
}

// complained says below a mail of ours that its recipient has called it spam. What else such reports tell of,
// that it was none after all, is nothing to be done about.
func (s *Service) complained(ctx context.Context, r *reading, complaint *dsn.ComplaintReport) (bool, error) {
	e, found, err := s.ourMail(ctx, r, complaint.EnvelopeID, complaint.OriginalID)
	if err != nil || !found {
		return false, err
	}
	return true, s.DB.Update(ctx, func(tx *db.Tx) error {
		if complaint.Type != "not-spam" {
			data := map[string]string{"recipient": clip(strings.Join(complaint.Recipients, ", ")), "type": clip(complaint.Type)}
			if err := s.tell(ctx, tx, r, e, codeComplained, data); err != nil {
				return err
			}
		}
		return settleMail(ctx, tx, r.row.ID, settled{stateBounce, "", e.ConversationID, e.ID})
	})
}

// ourMailTo returns the newest mail of ours to an address that a report speaks of, where the report names no mail:
// some servers write it anew. Our address to which it came, or our mark in what it quotes, say in which conversation.
func (s *Service) ourMailTo(ctx context.Context, r *reading, report *dsn.Report) (conversation.Entry, bool, error) {
	for _, look := range []func(context.Context, *reading) (id.Conversation, error){s.byAddress, s.byMark} {
		key, err := look(ctx, r)
		if err != nil || key == 0 {
			if err != nil {
				return conversation.Entry{}, false, err
			}
			continue
		}
		c, found, err := s.ofBrand(ctx, r, key)
		if err != nil || !found {
			return conversation.Entry{}, false, err
		}
		return s.newestTo(ctx, c, report)
	}
	return conversation.Entry{}, false, nil
}

// newestTo returns the newest mail of ours in a conversation to one of the addresses of a report.
func (s *Service) newestTo(ctx context.Context, c conversation.Conversation, report *dsn.Report) (conversation.Entry, bool, error) {
	mails, err := thread(ctx, s.DB, c.ID)
	if err != nil {
		return conversation.Entry{}, false, err
	}
	var of []string // whom the conversation is with, where a mail names nobody else
	if c.ContactPointID != 0 {
		p, err := s.Customers.PointOf(ctx, s.DB, c.ContactPointID)
		if err != nil && !errs.Is(errs.NotFound, err) {
			return conversation.Entry{}, false, err
		}
		of = []string{p.ExternalID}
	}
	for _, n := range mails {
		if !n.Ours {
			continue
		}
		e, err := s.Conversations.FindEntry(ctx, s.DB, n.EntryID)
		if err != nil {
			return e, false, err
		}
		if report.Names(recipientsOf(e, of)) {
			return e, true, nil
		}
	}
	return conversation.Entry{}, false, nil
}

// recipientsOf returns the folded addresses to which a mail of ours went; of is to whom it goes if it names nobody.
func recipientsOf(e conversation.Entry, of []string) (keys []string) {
	var sent channel.Envelope
	if len(e.Data) > 0 && json.Unmarshal(e.Data, &sent) != nil { // its words were erased
		return nil
	}
	if len(sent.To) == 0 {
		keys = slices.Clone(of)
	}
	for _, list := range [][]string{sent.To, sent.Cc, sent.Bcc} {
		for _, one := range list {
			keys = append(keys, mailmsg.ParseAddress(one).Key())
		}
	}
	return keys
}

// ourMail returns the answer that one of names stands for, within the brand of the mailbox.
func (s *Service) ourMail(ctx context.Context, r *reading, names ...string) (conversation.Entry, bool, error) {
	for _, name := range names {
		entry, ok := r.key.ReadMessageID(name)
		if !ok {
			continue
		}
		e, err := s.Conversations.FindEntry(ctx, s.DB, id.Entry(entry))
		if errs.Is(errs.NotFound, err) {
			continue
		}
		if err != nil {
			return e, false, err
		}
		if _, ours, err := s.ofBrand(ctx, r, e.ConversationID); err != nil || ours {
			return e, ours, err
		}
	}
	return conversation.Entry{}, false, nil
}

// tellBounce says below the conversation what became of a mail, and moves its
// delivery. An address that is dead is marked; one that is full or slow is not.
func (s *Service) tellBounce(ctx context.Context, tx *db.Tx, r *reading, e conversation.Entry, report *dsn.Report) error {
	worst := report.Worst()
	code := codeDelayed
	if worst.Action == dsn.Failed {
		code = codeBounced
	}
	if worst.Class == dsn.Fine || worst.Class == "" {
		return nil // it arrived
	}
	err := s.tell(ctx, tx, r, e, code, map[string]string{
		"recipient": recipientOf(worst), "status": worst.Status, "words": clip(worst.Diagnostic), "class": string(worst.Class),
	})
	if err != nil || code == codeDelayed {
		return err
	}
	if _, err := s.Conversations.MoveDelivery(ctx, tx, e.ID, conversation.Failed, reasonBounced); err != nil {
		return err
	}
	return s.markDead(ctx, tx, r.point.Brand, report)
}

// tell says in a conversation what was reported about a mail of ours.
func (s *Service) tell(ctx context.Context, tx *db.Tx, r *reading, e conversation.Entry, code string, values map[string]string) error {
	data, err := json.Marshal(values)
	if err != nil {
		return err
	}
	c, err := s.Conversations.Lock(ctx, tx, e.ConversationID)
	if err != nil {
		return err
	}
	_, _, err = s.Conversations.Append(ctx, tx, &c, conversation.NewEntry{
		Kind: conversation.System, Author: conversation.BySystem, Target: e.ID, Code: code, Data: data, ExternalID: "mail:" + r.row.Dedup,
	})
	return err
}

// markDead marks the addresses that a report calls dead.
func (s *Service) markDead(ctx context.Context, tx *db.Tx, brand id.Brand, report *dsn.Report) error {
	for _, one := range report.Recipients[:min(len(report.Recipients), maxListed)] {
		if one.Class != dsn.Hard || one.Action != dsn.Failed {
			continue
		}
		address := mailmsg.ParseAddress(recipientOf(one)).Key()
		if address == "" {
			continue
		}
		if err := s.Customers.MarkBounced(ctx, tx, brand, address, clip(one.Status+" "+one.Diagnostic)); err != nil {
			return err
		}
	}
	return nil
}

// recipientOf is the address to which we wrote.
func recipientOf(r dsn.Recipient) string {
	if r.Original != "" {
		return r.Original
	}
	return r.Address
}
