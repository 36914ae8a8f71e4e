package email

import (
	"context"
	"strings"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/htmltext"
	"github.com/zongler/zongler/internal/platform/db"
)

// SignatureRule says whose signature stands below the answers of a mailbox.
type SignatureRule string

// Rules. Where an agent has no signature of their own, the mailbox's stands there.
const (
	SignedByMailbox SignatureRule = "mailbox"
	SignedByAgent   SignatureRule = "agent"
	SignedByBoth    SignatureRule = "both" // the agent's, then the mailbox's
)

// maxOwnSignature bounds an agent's signature, in bytes of HTML.
const maxOwnSignature = 10_000

// OwnSignature returns what stands below the actor's mails, as HTML; empty: nothing.
func (s *Service) OwnSignature(ctx context.Context) (string, error) {
	const op = "email.OwnSignature"
	who, err := writer(ctx, op)
	if err != nil {
		return "", err
	}
	own, err := findSignature(ctx, s.DB, who.Tenant, who.User)
	return own, errs.Op(op, err)
}

// SetOwnSignature replaces what stands below the actor's mails and returns it cleaned. An empty one is none.
func (s *Service) SetOwnSignature(ctx context.Context, signature string) (string, error) {
	const op = "email.SetOwnSignature"
	who, err := writer(ctx, op)
	if err != nil {
		return "", err
	}
	if len(signature) > maxOwnSignature {
		return "", errs.Fields(op, errs.Field{Path: "html", Code: "length.max", Values: errs.Values{"max": maxOwnSignature}})
	}
	signature = htmltext.NewCleaner().Clean(signature)
	if strings.TrimSpace(htmltext.ToText(signature)) == "" {
		signature = ""
	}
	return signature, errs.Op(op, s.DB.Update(ctx, func(tx *db.Tx) error {
		before, err := findSignature(ctx, tx, who.Tenant, who.User)
		if err != nil || before == signature {
			return err
		}
		if err := saveSignature(ctx, tx, who.Tenant, who.User, signature); err != nil {
			return err
		}
		return audit.Changed(ctx, tx, audit.Entry{
			Action: "user.signature", Subject: audit.Subject{Kind: "user", ID: int64(who.User), Name: who.Name},
			Before: map[string]string{"signature": before}, After: map[string]string{"signature": signature},
		})
	}))
}

// writer returns the actor if it is a person who may write to customers.
func writer(ctx context.Context, op string) (actor.Actor, error) {
	who, err := actor.Require(ctx, op, actor.ConversationReply)
	if err == nil && (who.Kind != actor.User || who.User == 0) {
		err = errs.New(errs.Forbidden, op, "me.no_person")
	}
	return who, err
}

// signed is what stands below an answer, as text and as HTML.
type signed struct{ text, html string }

// signature returns what stands below an answer of a mailbox.
func (s *Service) signature(ctx context.Context, a account, out channel.Outgoing) (signed, error) {
	var own string
	if rule := a.settings.SignatureRule; rule != SignedByMailbox && out.Entry != 0 {
		e, err := s.Conversations.FindEntry(ctx, s.DB, out.Entry)
		if err == nil && e.UserID != 0 {
			own, err = findSignature(ctx, s.DB, a.point.Tenant, e.UserID)
		}
		if err != nil && !errs.Is(errs.NotFound, err) {
			return signed{}, err
		}
	}
	return a.settings.sign(out.Author, own), nil
}

// sign joins the signatures that a mailbox wants below an answer of somebody.
func (s Settings) sign(author, own string) signed {
	ofBox := strings.ReplaceAll(s.Signature, "{agent}", author)
	var parts []signed
	if own != "" && s.SignatureRule != SignedByMailbox {
		parts = append(parts, signed{strings.TrimSpace(htmltext.ToText(own)), own})
	}
	if ofBox != "" && (len(parts) == 0 || s.SignatureRule == SignedByBoth) {
		parts = append(parts, signed{ofBox, htmltext.FromText(ofBox)})
	}
	var all signed
	for i, p := range parts {
		if i > 0 {
			all.text += "\n\n"
		}
		all.text += p.text
		all.html += "<div>" + p.html + "</div>"
	}
	return all
}

func findSignature(ctx context.Context, q db.Queryer, tenant id.Tenant, user id.User) (string, error) {
	own, _, err := db.Find[string](ctx, q, `SELECT html FROM agent_signature WHERE tenant_id = $1 AND user_id = $2`, tenant, user)
	return own, err
}

func saveSignature(ctx context.Context, tx *db.Tx, tenant id.Tenant, user id.User, signature string) error {
	_, err := db.Exec(ctx, tx, `INSERT INTO agent_signature (tenant_id, user_id, html, changed_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (tenant_id, user_id) DO UPDATE SET html = excluded.html, changed_at = excluded.changed_at`, tenant, user, signature, tx.Now())
	return err
}
