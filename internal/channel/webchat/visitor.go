package webchat

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/id"
)

// Lives of tokens and of visitors who never said anything.
const (
	tokenBytes     = 32
	tokenFor       = 180 * 24 * time.Hour // of an anonymous browser, from its last visit
	knownTokenFor  = 30 * 24 * time.Hour  // of a browser in which somebody signed in
	tokenRenew     = 24 * time.Hour       // a token's life is written anew at most this often
	silentFor      = 7 * 24 * time.Hour   // a visitor who said nothing is forgotten after this
	tokenHead      = "v1."                // tells the form of the token
	historyMax     = 20                   // conversations told to a visitor
	unreadMax      = 50
	summaryTextMax = 120 // characters
)

// visitor is who writes through a widget.
type visitor struct {
	TenantID       id.Tenant
	ID             int64
	EntryPointID   id.EntryPoint
	BrandID        id.Brand
	ContactPointID id.ContactPoint
	Subject        string
	Name           string
	Email          string
	Phone          string
	Language       string
	ConsentVersion string
	ConsentAt      time.Time
	Pages          []Page `db:"pages,json"`
	CreatedAt      time.Time
	SeenAt         time.Time
	InvitationID   id.ChatInvitation // by which they came; 0: by none
}

// known reports whether the brand's signature says who it is.
func (v *visitor) known() bool { return v.Subject != "" }

// invited reports whether nothing but an invitation says who it is.
func (v *visitor) invited() bool { return v.InvitationID != 0 && !v.known() }

// party is the visitor as the channel contract names people.
func (v *visitor) party() channel.Party {
	return channel.Party{
		Provider: Channel, ExternalID: v.key(), DisplayName: v.Name, Email: v.Email, Phone: v.Phone,
		Language: v.Language, Verified: v.known(),
	}
}

// key is the visitor's name outside: on the wire and as the contact point's external id.
func (v *visitor) key() string { return id.Of[struct{}](v.ID).String() }

// told is the visitor as the widget knows them.
func (v *visitor) told() Visitor {
	out := Visitor{ID: v.key(), Name: v.Name, Known: v.known(), Consent: v.ConsentVersion}
	if !v.known() && !v.invited() {
		return out
	}
	for _, d := range v.details() {
		if *d.value != "" || v.invited() { // who was invited is known: that they are asked nothing tells nothing about them
			out.Signed = append(out.Signed, d.name)
		}
	}
	return out
}

// detail is something known of a visitor for which a form may ask too.
type detail struct {
	name  string
	value *string
	most  int // characters
}

func (v *visitor) details() []detail {
	return []detail{{fieldName, &v.Name, NameMax}, {fieldEmail, &v.Email, EmailMax}, {fieldPhone, &v.Phone, FieldNameMax}}
}

// signed returns the answers to a form with the details that the brand has signed: they stand, whatever was typed.
func (v *visitor) signed(form PrechatForm, fields map[string]string) map[string]string {
	out := trimmed(fields)
	for _, d := range v.details() {
		if v.known() && *d.value != "" && form.asks(d.name) {
			out[d.name] = *d.value
		}
	}
	return out
}

// thread names a conversation of the visitor, begun by the act cid.
func (v *visitor) thread(cid string) string { return v.key() + "/" + cid }

// learn takes over what an identity says.
func (v *visitor) learn(i Identity) {
	v.Subject = i.Subject
	for _, f := range []struct{ to, from *string }{{&v.Name, &i.Name}, {&v.Email, &i.Email}, {&v.Phone, &i.Phone}, {&v.Language, &i.Language}} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
}

// walk adds pages to the trail, which keeps the newest PageTrailMax. A browser
// tells the same way again and again, so what is there already is no step.
func (v *visitor) walk(pages ...Page) bool {
	moved := false
	for _, p := range pages {
		n := len(v.Pages)
		told := slices.ContainsFunc(v.Pages, func(q Page) bool { return q.URL == p.URL && !p.At.IsZero() && q.At.Equal(p.At) })
		if told || n > 0 && v.Pages[n-1].URL == p.URL && v.Pages[n-1].Title == p.Title {
			continue
		}
		v.Pages = append(v.Pages, p)
		moved = true
	}
	v.Pages = v.Pages[max(0, len(v.Pages)-PageTrailMax):]
	return moved
}

// newToken returns a token and what is kept of it.
func newToken() (token, hash string) {
	raw := make([]byte, tokenBytes)
	_, _ = rand.Read(raw) // never fails: it ends the program instead
	token = tokenHead + base64.RawURLEncoding.EncodeToString(raw)
	return token, hashOf(token)
}

// hashOf needs no salt and no slowness: the token has 256 random bits.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// tokenLife is how long a token of v lives from now.
func (v *visitor) tokenLife() time.Duration {
	if v.known() {
		return knownTokenFor
	}
	return tokenFor
}

// ended says who on the visitor's side ended a chat.
type ended string

// Ends of a chat.
const (
	notEnded       ended = ""
	endedByVisitor ended = "visitor"
	endedIdle      ended = "idle"
	endedGone      ended = "gone" // nobody was there: who comes back may go on
)

// chat is what the channel knows of a conversation.
type chat struct {
	ConversationID id.Conversation
	VisitorID      int64
	EntryPointID   id.EntryPoint
	BrandID        id.Brand
	CID            string `db:"cid"`
	Language       string
	Offline        bool
	Kept           bool
	Ended          ended
	Times          int64
	MailedSeq      int64 // our answers up to here have gone by e-mail
	MailRound      int64 // how often the answers until then were settled
	SeenAt         time.Time
	CreatedAt      time.Time
}
