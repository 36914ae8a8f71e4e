package webchat

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/channel"
	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/kit/colour"
	"github.com/zongler/zongler/internal/tenant"
)

// Bounds of what is remembered of entry points.
const (
	entrancesMax = 5000
	entranceFor  = time.Minute // the net below a missed fact
	outlookFor   = 5 * time.Second
	outlooksMax  = 5000
)

// entrance is a widget's entry point with all that visitors need of it. It does not change.
type entrance struct {
	point    channel.EntryPoint
	settings Settings
	brand    tenant.Brand
	read     time.Time
}

// language returns the best of the brand's languages for what is wanted.
func (e *entrance) language(words Catalogues, wanted ...string) string {
	for _, w := range wanted {
		if w == "" {
			continue
		}
		if lang := words.Language(w); slices.Contains(e.brand.Languages, lang) {
			return lang
		}
	}
	if len(e.brand.Languages) > 0 {
		return e.brand.Languages[0]
	}
	return words.Language("")
}

// entrances remembers entry points by key and by id.
type entrances struct {
	mu    sync.RWMutex
	gen   uint64 // counts what was forgotten
	byKey map[string]*entrance
	byID  map[id.EntryPoint]*entrance
}

func newEntrances() *entrances {
	return &entrances{byKey: map[string]*entrance{}, byID: map[id.EntryPoint]*entrance{}}
}

func (c *entrances) get(key string, point id.EntryPoint) (*entrance, uint64) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	e := c.byID[point]
	if key != "" {
		e = c.byKey[key]
	}
	if e != nil && time.Since(e.read) > entranceFor {
		e = nil
	}
	return e, c.gen
}

// keep remembers e, unless something was forgotten since gen: it may be what was to be forgotten.
func (c *entrances) keep(e *entrance, gen uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gen != gen {
		return
	}
	if len(c.byID) >= entrancesMax {
		clear(c.byID)
		clear(c.byKey)
	}
	c.byID[e.point.ID], c.byKey[e.point.Address] = e, e
}

// forget drops the entry points of a tenant; the zero tenant stands for all.
func (c *entrances) forget(of id.Tenant) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gen++
	for key, e := range c.byKey {
		if of == 0 || e.point.Tenant == of {
			delete(c.byKey, key)
			delete(c.byID, e.point.ID)
		}
	}
}

// entranceByKey returns the entry point of a widget's public key.
func (s *Server) entranceByKey(ctx context.Context, key string) (*entrance, error) {
	const op = "webchat.entrance"
	known, gen := s.entrances.get(key, 0)
	if known != nil {
		return known, nil
	}
	p, err := s.EntryPoints.ByAddress(ctx, channel.Webchat, key)
	if errs.Is(errs.NotFound, err) {
		return nil, errs.New(errs.NotFound, op, CodeKeyUnknown)
	}
	if err != nil {
		return nil, errs.Op(op, err)
	}
	return s.readEntrance(ctx, p, gen)
}

// entranceByID returns an entry point to which a visitor belongs.
func (s *Server) entranceByID(ctx context.Context, of id.Tenant, point id.EntryPoint) (*entrance, error) {
	if known, _ := s.entrances.get("", point); known != nil && known.point.Tenant == of {
		return known, nil
	}
	return s.storedEntrance(ctx, of, point)
}

// storedEntrance is entranceByID as it is stored at this moment: what leaves the house does not go by what was true a moment ago.
func (s *Server) storedEntrance(ctx context.Context, of id.Tenant, point id.EntryPoint) (*entrance, error) {
	_, gen := s.entrances.get("", point)
	p, err := s.EntryPoints.Lookup(ctx, s.DB, of, point)
	if err != nil {
		return nil, errs.Op("webchat.entrance", err)
	}
	return s.readEntrance(ctx, p, gen)
}

func (s *Server) readEntrance(ctx context.Context, p channel.EntryPoint, gen uint64) (*entrance, error) {
	const op = "webchat.entrance"
	brand, err := tenant.Lookup(ctx, s.DB, p.Tenant, p.Brand)
	if err != nil {
		return nil, errs.Op(op, err)
	}
	if !p.Open() || brand.Archived {
		return nil, errs.New(errs.NotFound, op, CodeKeyUnknown)
	}
	settings, err := ParseSettings(p.Config)
	if err != nil { // an older version wrote it: the widget goes on as if nothing was decided
		s.log.ErrorContext(ctx, "settings of a widget cannot be read", "tenant", p.Tenant, "err", err)
		settings = DefaultSettings()
	}
	e := &entrance{point: p, settings: settings, brand: brand, read: time.Now()}
	s.entrances.keep(e, gen)
	return e, nil
}

// outlooks remembers for moments what queues promise.
type outlooks struct {
	mu   sync.Mutex
	kept map[outlookKey]keptOutlook
}

type outlookKey struct {
	tenant   id.Tenant
	queue    id.Queue
	language string
}

type keptOutlook struct {
	Outlook
	at time.Time
}

// outlook returns what who comes to the queue of e now has to expect.
func (s *Server) outlook(ctx context.Context, e *entrance, queue id.Queue, language string) (Outlook, error) {
	if queue == 0 {
		queue = e.point.Queue
	}
	key := outlookKey{e.point.Tenant, queue, language}
	now := time.Now()
	s.outlooks.mu.Lock()
	kept, ok := s.outlooks.kept[key]
	s.outlooks.mu.Unlock()
	if ok && now.Sub(kept.at) < outlookFor && (kept.Next.IsZero() || now.Before(kept.Next)) {
		return kept.Outlook, nil
	}
	ctx = actor.With(ctx, actor.ForSystem(e.point.Tenant))
	o, err := s.Queues.Outlook(ctx, e.point.Brand, queue, language)
	if err != nil {
		return Outlook{}, errs.Op("webchat.outlook", err)
	}
	s.outlooks.mu.Lock()
	defer s.outlooks.mu.Unlock()
	if len(s.outlooks.kept) >= outlooksMax {
		clear(s.outlooks.kept)
	}
	s.outlooks.kept[key] = keptOutlook{o, now}
	return o, nil
}

// Config returns all that the widget shows before anybody has written.
func (s *Server) Config(ctx context.Context, key, language string, from Peer) (Config, error) {
	const op = "webchat.Config"
	e, err := s.entranceByKey(ctx, key)
	if err != nil {
		return Config{}, errs.Op(op, err)
	}
	if !e.settings.allows(from) {
		return Config{}, originRefused(op)
	}
	lang := e.language(s.Texts, language, from.Language)
	o, err := s.outlook(ctx, e, 0, lang)
	if err != nil {
		return Config{}, errs.Op(op, err)
	}
	c := Config{
		Protocol: ProtocolVersion, Language: lang, Languages: e.brand.Languages, Brand: e.look(), Look: Look(e.settings.Look),
		Texts: e.settings.texts(lang, e.brand.Languages), Prechat: e.settings.form(lang, e.brand.Languages),
		Hours: Hours{Open: o.Open, Next: o.Next}, Offline: e.settings.Offline, Attachments: e.settings.policy(), Survey: e.settings.Survey,
		Mail: e.settings.Mail.on(),
	}
	if o.Open && o.Wait > 0 {
		c.Wait = new(int(o.Wait.Seconds()))
	}
	return c, nil
}

// Logo returns the brand whose logo a widget shows.
func (s *Server) Logo(ctx context.Context, key string) (tenant.Brand, error) {
	e, err := s.entranceByKey(ctx, key)
	if err == nil && e.brand.LogoKey == "" {
		err = errs.E(errs.NotFound, "webchat.Logo", nil)
	}
	if err != nil {
		return tenant.Brand{}, err
	}
	return e.brand, nil
}

func (e *entrance) look() BrandLook {
	look := BrandLook{Name: e.brand.Name, Color: e.brand.Color}
	if e.settings.Color != "" {
		look.Color = e.settings.Color
	}
	look.Accent = colour.Readable(look.Color)
	if e.brand.LogoKey != "" {
		look.Logo = "/w/logo/" + e.point.Address
	}
	return look
}
