package app

import (
	"context"
	"slices"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/audit"
	"github.com/zongler/zongler/internal/automation"
	"github.com/zongler/zongler/internal/casework"
	"github.com/zongler/zongler/internal/channel/email"
	"github.com/zongler/zongler/internal/channel/own"
	"github.com/zongler/zongler/internal/channel/sms"
	"github.com/zongler/zongler/internal/channel/webchat"
	"github.com/zongler/zongler/internal/conversation"
	"github.com/zongler/zongler/internal/customer"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/importer"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/knowledge"
	"github.com/zongler/zongler/internal/media"
	"github.com/zongler/zongler/internal/personal"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/privacy"
	"github.com/zongler/zongler/internal/survey"
	"github.com/zongler/zongler/internal/tenant"
)

// personalTables lists what all owners keep about customers, in the order in which it
// is emptied: one line an owner. What is not here stands in privacy.Impersonal.
func personalTables() []personal.Table {
	return slices.Concat(
		conversation.Personal(),
		media.Personal(),
		email.Personal(),
		webchat.Personal(),
		sms.Personal(),
		survey.Personal(),
		casework.Personal(),
		automation.Personal(),
		intake.Personal(),
		own.Personal(),
		knowledge.Personal(),
		importer.Personal(),
		audit.Personal(),
		customer.Personal(), // last: until then it is known whose the rest is
	)
}

// privacyService builds the desk of people's own data.
func (s *services) privacyService(a *App) {
	s.importer = importer.New(a.db, a.blobs, s.customers, tenant.BrandKeys, a.log)
	s.privacy = privacy.New(privacy.Deps{
		DB: a.db, Blobs: a.blobs, Sealer: a.box, Index: s.indexer, Customers: s.customers, Organisations: s.organisations, Conversations: s.conversations, Cases: s.cases,
		Brands: tenant.BrandKeys, Tables: personalTables(), Aging: s.aging(), Log: a.log,
	})
}

// aging lists what grows old beside conversations and cases.
func (s *services) aging() []privacy.Aging {
	return []privacy.Aging{s.agingFiles(), s.agingMails(), s.agingVisits(), s.agingQuarantine(), s.agingDeliveries()}
}

func (s *services) agingFiles() privacy.Aging {
	return privacy.Aging{
		Class: personal.Files,
		Next: func(ctx context.Context, q db.Queryer, w privacy.Window) ([]privacy.Old, error) {
			found, err := s.files.AgedFiles(ctx, q, w.Before, w.At, id.Attachment(w.After))
			if err != nil {
				return nil, err
			}
			keys := make([]id.Conversation, len(found))
			for i, f := range found {
				keys[i] = f.ConversationID
			}
			of, err := s.conversations.KeptOf(ctx, q, keys)
			out := make([]privacy.Old, len(found))
			for i, f := range found {
				out[i] = privacy.Old{ID: int64(f.ID), At: f.CreatedAt, Brand: of[f.ConversationID].BrandID, Conversation: f.ConversationID, Blobs: []string{f.BlobKey, f.PreviewKey}}
			}
			return out, err
		},
		Forget: func(ctx context.Context, tx *db.Tx, o privacy.Old) (bool, error) {
			return s.files.Forget(ctx, tx, id.Attachment(o.ID))
		},
	}
}

func (s *services) agingMails() privacy.Aging {
	return privacy.Aging{
		Class: personal.Mails,
		Next: func(ctx context.Context, q db.Queryer, w privacy.Window) ([]privacy.Old, error) {
			found, err := s.mail.AgedMails(ctx, q, w.Before, w.At, w.After)
			out := make([]privacy.Old, len(found))
			for i, m := range found {
				out[i] = privacy.Old{ID: m.ID, At: m.ReceivedAt, Conversation: m.ConversationID, Blobs: []string{m.BlobKey}}
				if out[i].Brand, err = s.brandOf(ctx, q, m.EntryPointID); err != nil {
					return nil, err
				}
			}
			return out, err
		},
		Forget: func(ctx context.Context, tx *db.Tx, o privacy.Old) (bool, error) { return s.mail.Forget(ctx, tx, o.ID) },
	}
}

// brandOf returns the brand of an entry point; 0 if there is none any more.
func (s *services) brandOf(ctx context.Context, q db.Queryer, key id.EntryPoint) (id.Brand, error) {
	p, err := s.points.Lookup(ctx, q, actor.From(ctx).Tenant, key)
	if errs.Is(errs.NotFound, err) {
		return 0, nil
	}
	return p.Brand, err
}

func (s *services) agingVisits() privacy.Aging {
	return privacy.Aging{
		Class: personal.Visits,
		Next: func(ctx context.Context, q db.Queryer, w privacy.Window) ([]privacy.Old, error) {
			found, err := s.chat.AgedVisits(ctx, q, w.Before, w.At, w.After)
			if err != nil {
				return nil, err
			}
			out := make([]privacy.Old, len(found))
			for i, v := range found {
				out[i] = privacy.Old{ID: v.ID, At: v.SeenAt, Brand: v.BrandID}
				p, err := s.customers.PointOf(ctx, q, v.ContactPointID)
				if err != nil && !errs.Is(errs.NotFound, err) {
					return nil, err
				}
				out[i].Customer = p.CustomerID
			}
			return out, nil
		},
		Forget: func(ctx context.Context, tx *db.Tx, o privacy.Old) (bool, error) {
			return s.chat.ForgetVisit(ctx, tx, o.ID)
		},
	}
}

func (s *services) agingQuarantine() privacy.Aging {
	return privacy.Aging{
		Class: personal.Logs,
		Next: func(ctx context.Context, q db.Queryer, w privacy.Window) ([]privacy.Old, error) {
			found, err := s.intake.Aged(ctx, q, w.Before, w.At, w.After)
			out := make([]privacy.Old, len(found))
			for i, x := range found {
				out[i] = privacy.Old{ID: x.ID, At: x.At}
				if out[i].Brand, err = s.brandOf(ctx, q, x.EntryPointID); err != nil {
					return nil, err
				}
			}
			return out, err
		},
		Forget: func(ctx context.Context, tx *db.Tx, o privacy.Old) (bool, error) {
			return s.intake.Forget(ctx, tx, o.ID)
		},
	}
}

func (s *services) agingDeliveries() privacy.Aging {
	return privacy.Aging{
		Class: personal.Logs,
		Next: func(ctx context.Context, q db.Queryer, w privacy.Window) ([]privacy.Old, error) {
			found, err := s.webhooks.Aged(ctx, q, w.Before, w.At, w.After)
			out := make([]privacy.Old, len(found))
			for i, d := range found {
				out[i] = privacy.Old{ID: int64(d.ID), At: d.MadeAt}
			}
			return out, err
		},
		Forget: func(ctx context.Context, tx *db.Tx, o privacy.Old) (bool, error) {
			return s.webhooks.Forget(ctx, tx, o.ID)
		},
	}
}
