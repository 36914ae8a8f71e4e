package webchat

import (
	"context"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/platform/db"
)

// Session is a visitor who has shown their token.
type Session struct {
	entrance *entrance
	visitor  visitor
	language string
	hash     string // of the token
}

// Language returns the language in which the visitor is spoken to.
func (ses *Session) Language() string { return ses.language }

// act returns ctx with the visitor acting in it.
func (ses *Session) act(ctx context.Context) context.Context {
	return actor.With(ctx, actor.Actor{
		Kind: actor.Visitor, Tenant: ses.visitor.TenantID, Contact: ses.visitor.ContactPointID, Name: ses.visitor.Name,
		Language: ses.language, Brands: actor.Brands{Some: []id.Brand{ses.visitor.BrandID}},
	})
}

// Visit answers a browser that shows itself: with its own visitor if it has a
// token, with the one whom the brand's signature names, else with a new one.
func (s *Server) Visit(ctx context.Context, r VisitorRequest, from Peer) (VisitorAnswer, error) {
	const op = "webchat.Visit"
	if err := r.Validate(); err != nil {
		return VisitorAnswer{}, errs.Op(op, err)
	}
	e, err := s.entranceByKey(ctx, r.Key)
	if err != nil {
		return VisitorAnswer{}, errs.Op(op, err)
	}
	if !e.settings.allows(from) {
		return VisitorAnswer{}, originRefused(op)
	}
	lang := e.language(s.Texts, r.Language, from.Language)
	ses, met, err := s.meet(ctx, e, r, lang)
	if err != nil {
		return VisitorAnswer{}, errs.Op(op, err)
	}
	history, err := s.history(ses.act(ctx), ses)
	return VisitorAnswer{Token: met.token, Visitor: ses.visitor.told(), Conversations: history, Later: met.later}, errs.Op(op, err)
}

// meeting is who a browser turns out to be.
type meeting struct {
	visitor visitor
	token   string
	later   bool // the identity would end the conversation that goes on: it is taken when that is over
}

// meet finds or makes the visitor of a request, and the token of its browser.
func (s *Server) meet(ctx context.Context, e *entrance, r VisitorRequest, lang string) (*Session, meeting, error) {
	var who Identity
	if r.Identity != "" {
		secret, err := s.EntryPoints.Secret(e.point)
		if err != nil {
			return nil, meeting{}, err
		}
		if who, err = ParseIdentity(r.Identity, secret, time.Now()); err != nil {
			return nil, meeting{}, err
		}
	}
	ses := &Session{entrance: e, language: lang}
	ctx = actor.With(ctx, actor.ForSystem(e.point.Tenant))
	var met meeting
	err := s.DB.Update(ctx, func(tx *db.Tx) (err error) {
		if r.Invitation != "" {
			met, err = s.meetInvited(ctx, tx, e, r, who)
		} else {
			met, err = s.meetIn(ctx, tx, e, r.Token, who)
		}
		if err != nil {
			return err
		}
		ses.visitor, ses.hash = met.visitor, hashOf(met.token)
		ses.visitor.walk(r.Pages...)
		ses.visitor.Language = lang
		return saveVisitor(ctx, tx, &ses.visitor)
	})
	return ses, met, err
}

func (s *Server) meetIn(ctx context.Context, tx *db.Tx, e *entrance, shown string, who Identity) (meeting, error) {
	v, hash, found, err := s.bearer(ctx, tx, e, shown)
	if err != nil {
		return meeting{}, err
	}
	later := false
	if found && who.Subject != "" && !v.known() {
		if later, err = s.wouldLeave(ctx, tx, e, &v, who); err != nil {
			return meeting{}, err
		}
	}
	if found && (later || who.Subject == "" || who.Subject == v.Subject) {
		if who.Subject != "" && !later {
			v.learn(who)
		}
		return meeting{v, shown, later}, renewToken(ctx, tx, &v, hash, e.mark(&v))
	}
	if who.Subject == "" {
		v = s.newVisitor(e, tx.Now())
		_, err = insertVisitor(ctx, tx, &v)
	} else {
		v, err = s.identified(ctx, tx, e, v, who)
	}
	if err == nil && found { // the browser is somebody else now
		err = deleteToken(ctx, tx, hash)
	}
	if err != nil {
		return meeting{}, err
	}
	token, fresh := newToken()
	return meeting{visitor: v, token: token}, insertToken(ctx, tx, &v, fresh, e.mark(&v))
}

// wouldLeave reports whether an anonymous visitor who is talking would lose the conversation by becoming who the brand says.
func (s *Server) wouldLeave(ctx context.Context, tx *db.Tx, e *entrance, v *visitor, who Identity) (bool, error) {
	_, _, talking, err := s.openChat(ctx, tx, v)
	if err != nil || !talking || v.invited() { // what an invitation has begun is nobody's who signs in meanwhile
		return talking && err == nil, err
	}
	_, elsewhere, err := findSubject(ctx, tx, e.point.Tenant, e.point.ID, who.Subject)
	if err != nil || elsewhere {
		return elsewhere, err
	}
	only, err := s.onlyTalking(ctx, tx, v)
	return !only, err
}

// mark names the secret by which a visitor is known; empty for an anonymous one.
// Another secret makes another mark: the tokens that the old one has opened end with it.
func (e *entrance) mark(v *visitor) string {
	if !v.known() {
		return ""
	}
	return hashOf(e.point.Sealed)
}

// holds reports whether a token still opens its visitor's conversations.
func (ses *Session) holds(row tokenRow) bool {
	return time.Now().Before(row.ExpiresAt) && row.Signed == ses.entrance.mark(&ses.visitor)
}

// bearer returns the visitor of a token at an entry point, locked. A token that is none counts as none:
// the browser gets another.
func (s *Server) bearer(ctx context.Context, tx *db.Tx, e *entrance, token string) (visitor, string, bool, error) {
	hash := hashOf(token)
	if token == "" {
		return visitor{}, hash, false, nil
	}
	row, found, err := findToken(ctx, tx, hash)
	if err != nil || !found || row.TenantID != e.point.Tenant || !tx.Now().Before(row.ExpiresAt) {
		return visitor{}, hash, false, err
	}
	v, err := findVisitor(ctx, tx, row.TenantID, row.VisitorID, tx.ForUpdate())
	if errs.Is(errs.NotFound, err) {
		return visitor{}, hash, false, nil
	}
	return v, hash, err == nil && v.EntryPointID == e.point.ID && row.Signed == e.mark(&v), err
}

func (s *Server) newVisitor(e *entrance, now time.Time) visitor {
	return visitor{
		TenantID: e.point.Tenant, ID: id.New[int64](), EntryPointID: e.point.ID, BrandID: e.point.Brand, CreatedAt: now, SeenAt: now,
	}
}

// identified returns the visitor whom the brand names: the one it has named
// before, on whatever device; else the browser's own, if it was anonymous, came by no
// invitation, and nothing it said is over, so that a person who signs in while chatting
// goes on; else a new one. What an unknown person said before on a shared device stays behind.
func (s *Server) identified(ctx context.Context, tx *db.Tx, e *entrance, own visitor, who Identity) (visitor, error) {
	v, found, err := findSubject(ctx, tx, e.point.Tenant, e.point.ID, who.Subject)
	if err != nil {
		return visitor{}, err
	}
	if !found && own.ID != 0 && !own.known() && !own.invited() {
		if found, err = s.onlyTalking(ctx, tx, &own); err != nil {
			return visitor{}, err
		}
		v = own
	}
	if !found {
		v = s.newVisitor(e, tx.Now())
		v.learn(who)
		inserted, err := insertVisitor(ctx, tx, &v)
		if err != nil {
			return visitor{}, err
		}
		if !inserted { // another device was quicker
			v, _, err = findSubject(ctx, tx, e.point.Tenant, e.point.ID, who.Subject)
			return v, err
		}
	}
	v.learn(who)
	return v, s.vouch(ctx, tx, &v)
}

// onlyTalking reports whether all that an anonymous visitor ever said is in the conversation that is open now.
func (s *Server) onlyTalking(ctx context.Context, tx *db.Tx, v *visitor) (bool, error) {
	chats, err := chatsOf(ctx, tx, v, 2)
	if err != nil || len(chats) != 1 {
		return len(chats) == 0, err
	}
	_, open, err := s.isOpen(ctx, tx, chats[0])
	return open, err
}

// vouch tells the customer's record that the visitor's address is verified, if there is one already.
func (s *Server) vouch(ctx context.Context, tx *db.Tx, v *visitor) error {
	if v.ContactPointID == 0 {
		return nil
	}
	_, err := s.contact(ctx, tx, v)
	return err
}

// Authenticate returns the visitor of a token. The error is Unauthenticated with CodeToken, or Forbidden with CodeOrigin.
func (s *Server) Authenticate(ctx context.Context, token string, from Peer) (*Session, error) {
	const op = "webchat.Authenticate"
	ended := errs.New(errs.Unauthenticated, op, CodeToken)
	if token == "" || len(token) > TokenMax {
		return nil, ended
	}
	row, found, err := findToken(ctx, s.DB, hashOf(token))
	if err != nil {
		return nil, errs.Op(op, err)
	}
	if !found {
		return nil, ended
	}
	v, err := findVisitor(ctx, s.DB, row.TenantID, row.VisitorID, "")
	if errs.Is(errs.NotFound, err) {
		return nil, ended
	}
	if err != nil {
		return nil, errs.Op(op, err)
	}
	e, err := s.entranceByID(ctx, v.TenantID, v.EntryPointID)
	if errs.Is(errs.NotFound, err) {
		return nil, ended // the widget was closed
	}
	if err != nil {
		return nil, errs.Op(op, err)
	}
	if !e.settings.allows(from) {
		return nil, originRefused(op)
	}
	ses := &Session{entrance: e, visitor: v, language: e.language(s.Texts, v.Language, from.Language), hash: hashOf(token)}
	if !ses.holds(row) {
		return nil, ended
	}
	return ses, s.renew(ctx, ses, token, row)
}

// End ends a token: whoever has a copy of it opens nothing with it any more. One that is none is ended already.
func (s *Server) End(ctx context.Context, token string) error {
	const op = "webchat.End"
	row, found, err := findToken(ctx, s.DB, hashOf(token))
	if err != nil || !found {
		return errs.Op(op, err)
	}
	err = s.DB.Update(asSystem(ctx, row.TenantID), func(tx *db.Tx) error { return deleteToken(ctx, tx, hashOf(token)) })
	if err == nil {
		s.turnOutAll(EndedToken{Tenant: row.TenantID, Visitor: row.VisitorID, Hash: hashOf(token)})
	}
	return errs.Op(op, err)
}

// turnOutAll is TurnOut on all nodes.
func (s *Server) turnOutAll(t EndedToken) {
	s.TurnOut(t)
	if s.Others != nil {
		s.Others.Ended(t)
	}
}

// TurnOut closes the sockets on this node that were opened with a token which was ended, here or on another.
func (s *Server) TurnOut(t EndedToken) { s.rooms.turnOut(callerKey{t.Tenant, t.Visitor}, t.Hash) }

// renew lengthens the life of a token in use, at most once a day.
func (s *Server) renew(ctx context.Context, ses *Session, token string, row tokenRow) error {
	if time.Until(row.ExpiresAt) > ses.visitor.tokenLife()-tokenRenew {
		return nil
	}
	err := s.DB.Update(ses.act(ctx), func(tx *db.Tx) error { return renewToken(ctx, tx, &ses.visitor, hashOf(token), row.Signed) })
	return errs.Op("webchat.Authenticate", err)
}
