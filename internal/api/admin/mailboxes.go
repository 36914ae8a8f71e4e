package admin

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/channel/email"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/fold"
	"github.com/zongler/zongler/internal/platform/httpx"
)

const (
	tagMailboxes  = "mailboxes"
	mailboxesPath = "/api/v1/mailboxes"
	mailboxPath   = mailboxesPath + "/{id}"
)

// Mailboxes are the use-cases of mailboxes.
type Mailboxes interface {
	Create(ctx context.Context, in email.NewMailbox) (email.Mailbox, error)
	Get(ctx context.Context, point id.EntryPoint) (email.Mailbox, error)
	List(ctx context.Context, f channel.EntryPointFilter) ([]email.Mailbox, error)
	Update(ctx context.Context, point id.EntryPoint, e channel.EntryPointPatch, secrets email.SecretsPatch) (email.Mailbox, error)
	Delete(ctx context.Context, point id.EntryPoint) error
	Try(ctx context.Context, point id.EntryPoint) ([]email.Trial, error)
	TryNew(ctx context.Context, in email.NewTrial) ([]email.Trial, error)
}

// MailboxKey is the address of a mailbox.
type MailboxKey struct {
	ID id.Mailbox `path:"id"`
}

func (k MailboxKey) point() id.EntryPoint { return id.EntryPoint(k.ID) }

type mailServerBody struct {
	Host string `json:"host,omitempty" maxLength:"255"`
	Port int    `json:"port,omitempty" minimum:"0" maximum:"65535" doc:"0: the usual one"`
	TLS  string `json:"tls,omitempty" enum:"tls,starttls,none" doc:"none only to hosts that the operator allows"`
}

type mailOAuthBody struct {
	TokenURL string `json:"token_url,omitempty" maxLength:"2000" doc:"Where tokens are renewed"`
	ClientID string `json:"client_id,omitempty" maxLength:"2000"`
	Scope    string `json:"scope,omitempty" maxLength:"2000"`
}

// mailboxSettings are the settings of a mailbox. It is what its entry point keeps as config.
type mailboxSettings struct {
	Transport      string         `json:"transport,omitempty" enum:"servers,sink" doc:"sink: no servers at all, for the demo alone"`
	DisplayName    string         `json:"display_name,omitempty" maxLength:"300" doc:"As customers see us; empty: the agent's name"`
	IMAP           mailServerBody `json:"imap,omitzero"`
	SMTP           mailServerBody `json:"smtp,omitzero"`
	Auth           string         `json:"auth,omitempty" enum:"password,oauth2"`
	Username       string         `json:"username,omitempty" maxLength:"300" doc:"Empty: the address"`
	OAuth          mailOAuthBody  `json:"oauth,omitzero"`
	Folder         string         `json:"folder,omitempty" maxLength:"255" doc:"The folder that is read; empty: INBOX"`
	DoneFolder     string         `json:"done_folder,omitempty" maxLength:"255" doc:"Where mails go that were taken; empty: they stay and get the keyword $zongler"`
	Signature      string         `json:"signature,omitempty" maxLength:"5000" doc:"Below every answer; {agent} is the name of who writes"`
	SignatureRule  string         `json:"signature_rule,omitempty" enum:"mailbox,agent,both" doc:"Whose signature stands below: the mailbox's; the agent's own, and the mailbox's where there is none; or both"`
	PlusAddressing bool           `json:"plus_addressing,omitempty" doc:"The server delivers name+anything to name: answers are asked to an address that names the conversation"`
	SubjectNumber  bool           `json:"subject_number,omitempty" doc:"Answers carry the number of the conversation in their subject"`
	ImportAll      bool           `json:"import_all,omitempty" doc:"Of a new mailbox: take what lies there already, too"`
	RouteMachines  bool           `json:"route_machines,omitempty" doc:"Mail of machines that begins a conversation waits for an agent; automatic answers never do"`
	PerMinute      int            `json:"per_minute,omitempty" minimum:"0" maximum:"1000" doc:"Messages sent, at most; 0: 60"`
	BouncePlus     bool           `json:"bounce_plus,omitempty" doc:"With plus_addressing: what cannot be delivered is sent back to the address that names the conversation. The server must let one send from it"`
	TrustedServer  string         `json:"trusted_server,omitempty" maxLength:"255" doc:"The server that looks at who sends to the mailbox, by the name with which its Authentication-Results begin; - for one that writes none. Empty: nobody is believed"`
	DKIMSelector   string         `json:"dkim_selector,omitempty" maxLength:"63" doc:"With dkim_key: mails are signed for the domain of the address. Empty: that is left to the server"`
}

type mailboxBody struct {
	ID              id.Mailbox      `json:"id"`
	BrandID         id.Brand        `json:"brand_id"`
	QueueID         id.Queue        `json:"queue_id,omitzero"`
	Name            string          `json:"name"`
	Address         string          `json:"address"`
	Settings        mailboxSettings `json:"settings"`
	HasPassword     bool            `json:"has_password"`
	HasSMTPPassword bool            `json:"has_smtp_password"`
	HasClientSecret bool            `json:"has_client_secret"`
	HasRefreshToken bool            `json:"has_refresh_token"`
	HasDKIMKey      bool            `json:"has_dkim_key"`
	Active          bool            `json:"active"`
	Health          channel.Health  `json:"health" enum:"ok,failing"`
	HealthCode      string          `json:"health_code,omitempty" doc:"Why it fails, a key of the texts of errors"`
	HealthAt        time.Time       `json:"health_at,omitzero"`
	Archived        bool            `json:"archived"`
	CreatedAt       time.Time       `json:"created_at"`
	UpdatedAt       time.Time       `json:"updated_at"`
}

func mailboxOf(m email.Mailbox) mailboxBody {
	p := m.EntryPoint
	body := mailboxBody{
		ID: id.Mailbox(p.ID), BrandID: p.Brand, QueueID: p.Queue, Name: p.Name, Address: p.Address,
		HasPassword: m.Has.Password, HasSMTPPassword: m.Has.SMTPPassword, HasClientSecret: m.Has.ClientSecret, HasRefreshToken: m.Has.RefreshToken, HasDKIMKey: m.Has.DKIMKey,
		Active: p.Active, Health: p.Health, HealthCode: p.HealthCode, HealthAt: p.HealthAt, Archived: p.Archived, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
	}
	if err := json.Unmarshal(p.Config, &body.Settings); err != nil {
		body.Settings = mailboxSettings{} // it was checked when it was stored; shown as empty it can be set anew
	}
	return body
}

type mailboxOutput struct{ Body mailboxBody }

type mailboxPageOutput struct{ Body httpx.Page[mailboxBody] }

type mailboxListInput struct {
	NameQuery

	Brand id.Brand `query:"brand" doc:"Of this brand only"`
}

// mailSecrets are set, never shown.
type mailSecrets struct {
	Password     *string `json:"password,omitempty" maxLength:"8000"`
	SMTPPassword *string `json:"smtp_password,omitempty" maxLength:"8000" doc:"Where it is another than that of IMAP"`
	ClientSecret *string `json:"client_secret,omitempty" maxLength:"8000"`
	RefreshToken *string `json:"refresh_token,omitempty" maxLength:"8000" doc:"Without one the application signs in for itself (client credentials)"`
	DKIMKey      *string `json:"dkim_key,omitempty" maxLength:"8000" doc:"The private key in PEM, RSA or Ed25519"`
}

func (s mailSecrets) patch() email.SecretsPatch {
	return email.SecretsPatch{Password: s.Password, SMTPPassword: s.SMTPPassword, ClientSecret: s.ClientSecret, RefreshToken: s.RefreshToken, DKIMKey: s.DKIMKey}
}

type mailboxCreateInput struct {
	Body struct {
		BrandID  id.Brand        `json:"brand_id"`
		QueueID  id.Queue        `json:"queue_id,omitzero"`
		Name     string          `json:"name" minLength:"1" maxLength:"100"`
		Address  string          `json:"address" minLength:"3" maxLength:"254"`
		Settings mailboxSettings `json:"settings"`
		Secrets  mailSecrets     `json:"secrets,omitzero"`
	}
}

type mailboxUpdateInput struct {
	MailboxKey

	Body struct {
		Name     *string          `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Settings *mailboxSettings `json:"settings,omitempty" doc:"In place of all that was there"`
		QueueID  *id.Queue        `json:"queue_id,omitempty"`
		Active   *bool            `json:"active,omitempty"`
		Secrets  mailSecrets      `json:"secrets,omitzero" doc:"Those that are given; an empty text forgets one"`
	}
}

func (in *mailboxUpdateInput) patch() (channel.EntryPointPatch, error) {
	p := channel.EntryPointPatch{Name: in.Body.Name, Queue: in.Body.QueueID, Active: in.Body.Active}
	if in.Body.Settings == nil {
		return p, nil
	}
	config, err := json.Marshal(in.Body.Settings)
	p.Config = new(json.RawMessage(config))
	return p, err
}

type mailboxTryInput struct {
	Body struct {
		MailboxID id.Mailbox      `json:"mailbox_id,omitzero" doc:"Secrets that are left out are those of this mailbox"`
		Address   string          `json:"address" minLength:"3" maxLength:"254"`
		Settings  mailboxSettings `json:"settings"`
		Secrets   mailSecrets     `json:"secrets,omitzero"`
	}
}

type trialBody struct {
	Direction string `json:"direction" enum:"in,out"`
	OK        bool   `json:"ok"`
	Step      string `json:"step,omitempty" enum:"connect,tls,token,login,folder,send,read" doc:"How far it came"`
	Code      string `json:"code,omitempty" doc:"What failed, a key of the texts of errors"`
	Words     string `json:"words,omitempty" doc:"What the server said"`
}

type trialsOutput struct {
	Body struct {
		Items []trialBody `json:"items"`
	}
}

func shownTrials(trials []email.Trial, err error) (*trialsOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &trialsOutput{}
	out.Body.Items = showAll(trials, func(t email.Trial) trialBody {
		return trialBody{Direction: string(t.Direction), OK: t.OK, Step: string(t.Step), Code: t.Code, Words: t.Words}
	})
	return out, nil
}

func shownMailbox(m email.Mailbox, err error) (*mailboxOutput, error) {
	if err != nil {
		return nil, err
	}
	return &mailboxOutput{Body: mailboxOf(m)}, nil
}

// RegisterMailboxes adds the operations on mailboxes.
func RegisterMailboxes(api *httpx.API, boxes Mailboxes) {
	httpx.Register(api, httpx.Operation{
		ID: "listMailboxes", Method: http.MethodGet, Path: mailboxesPath, Tag: tagMailboxes, Summary: "Mailboxes by name", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *mailboxListInput) (*mailboxPageOutput, error) {
		after, err := in.after()
		if err != nil {
			return nil, err
		}
		found, err := boxes.List(ctx, channel.EntryPointFilter{
			Query: in.Q, Brand: in.Brand, Archived: in.Archived, AfterName: after.Name, After: id.EntryPoint(after.Key), Limit: in.Size() + 1,
		})
		if err != nil {
			return nil, err
		}
		page, err := showPage(found, in.Size(), func(m email.Mailbox) any { return namePlace{fold.Text(m.Name), int64(m.ID)} }, mailboxOf)
		return &mailboxPageOutput{Body: page}, err
	})
	httpx.Register(api, httpx.Operation{
		ID: "getMailbox", Method: http.MethodGet, Path: mailboxPath, Tag: tagMailboxes, Summary: "One mailbox", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *MailboxKey) (*mailboxOutput, error) {
		return shownMailbox(boxes.Get(ctx, in.point()))
	})
	registerMailboxWrites(api, boxes)
	registerMailboxTrials(api, boxes)
}

func registerMailboxWrites(api *httpx.API, boxes Mailboxes) {
	httpx.Register(api, httpx.Operation{
		ID: "createMailbox", Method: http.MethodPost, Path: mailboxesPath, Tag: tagMailboxes, Summary: "Connect a mailbox", Permission: actor.EntryPointEdit,
		Creates: true, Errors: append(codesOf(errs.Conflict, "entry_point.address_taken"), codesOf(errs.Exhausted, "entry_point.too_many")...),
	}, func(ctx context.Context, in *mailboxCreateInput) (*mailboxOutput, error) {
		b := in.Body
		config, err := json.Marshal(b.Settings)
		if err != nil {
			return nil, err
		}
		return shownMailbox(boxes.Create(ctx, email.NewMailbox{
			Brand: b.BrandID, Queue: b.QueueID, Name: b.Name, Address: b.Address, Settings: config, Secrets: b.Secrets.patch().Apply(email.Secrets{}),
		}))
	})
	httpx.Register(api, httpx.Operation{
		ID: "updateMailbox", Method: http.MethodPatch, Path: mailboxPath, Tag: tagMailboxes, Summary: "Change a mailbox; it is connected anew", Permission: actor.EntryPointEdit,
	}, func(ctx context.Context, in *mailboxUpdateInput) (*mailboxOutput, error) {
		patch, err := in.patch()
		if err != nil {
			return nil, err
		}
		return shownMailbox(boxes.Update(ctx, in.point(), patch, in.Body.Secrets.patch()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "deleteMailbox", Method: http.MethodDelete, Path: mailboxPath, Tag: tagMailboxes, Permission: actor.EntryPointEdit,
		Summary: "Disconnect a mailbox", Description: "Its secrets are forgotten; what it has brought stays.",
	}, func(ctx context.Context, in *MailboxKey) (*struct{}, error) {
		return nil, boxes.Delete(ctx, in.point())
	})
}

func registerMailboxTrials(api *httpx.API, boxes Mailboxes) {
	const both = "The servers are called in both directions and a mail of the mailbox to itself is sent. It takes up to 25 seconds."
	httpx.Register(api, httpx.Operation{
		ID: "testMailbox", Method: http.MethodPost, Path: mailboxPath + "/test", Tag: tagMailboxes, Permission: actor.EntryPointEdit,
		Summary: "Try whether a mailbox works", Description: both,
	}, func(ctx context.Context, in *MailboxKey) (*trialsOutput, error) {
		return shownTrials(boxes.Try(ctx, in.point()))
	})
	httpx.Register(api, httpx.Operation{
		ID: "tryMailbox", Method: http.MethodPost, Path: mailboxesPath + "/try", Tag: tagMailboxes, Permission: actor.EntryPointEdit,
		Summary: "Try settings before they are saved", Description: both,
	}, func(ctx context.Context, in *mailboxTryInput) (*trialsOutput, error) {
		config, err := json.Marshal(in.Body.Settings)
		if err != nil {
			return nil, err
		}
		return shownTrials(boxes.TryNew(ctx, email.NewTrial{
			Mailbox: id.EntryPoint(in.Body.MailboxID), Address: in.Body.Address, Settings: config, Secrets: in.Body.Secrets.patch(),
		}))
	})
}
