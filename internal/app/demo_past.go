package app

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/delivery"
	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/intake"
	"github.com/zongler/zongler/internal/platform/db"
	"github.com/zongler/zongler/internal/routing"
	"github.com/zongler/zongler/internal/survey"
)

// Extent of the demo's past.
const (
	demoDays    = 10
	demoPerDay  = 6  // conversations of a brand on an average working day
	demoAtOnce  = 32 // conversations that are brought in beside each other, for group commit
	demoOpens   = 8 * time.Hour
	demoDayLong = 9 * time.Hour
)

// addPast lets the last two weeks happen: the real verbs, at times gone by.
func (d *demo) addPast(ctx context.Context) error {
	r := rand.New(rand.NewPCG(2026, 11)) // the same past for everybody
	today := time.Now().UTC().Truncate(24 * time.Hour)
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(demoAtOnce)
	for day := today.AddDate(0, 0, -demoDays); day.Before(today); day = day.AddDate(0, 0, 1) {
		busy := demoPerDay
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			busy = 2
		}
		for _, b := range demoBrands() {
			for range busy/2 + r.IntN(busy) {
				p := pastTalk{
					demo: d, brand: b, talk: b.talks[r.IntN(len(b.talks))], customer: r.IntN(len(b.customers)),
					at: day.Add(demoOpens + rand.N(demoDayLong)), chance: r.IntN(100),
				}
				work.Go(func() error { return p.happen(ctx) })
			}
		}
	}
	return work.Wait()
}

// pastTalk is one conversation of the past. Its clock goes forward as it happens.
type pastTalk struct {
	demo     *demo
	brand    demoBrand
	talk     talk
	customer int
	at       time.Time
	chance   int // 0 … 99
}

// happen brings it in from the first message to the survey.
func (p *pastTalk) happen(ctx context.Context) error {
	then := *p.demo.app
	then.db = then.db.At(func() time.Time { return p.at })
	s := then.coreServices()
	system := actor.With(ctx, actor.ForSystem(p.demo.tenant))
	agentCtx, err := p.agent(ctx)
	if err != nil {
		return err
	}
	thread := id.New[id.Conversation]().String()
	first, err := p.say(system, s, thread, 0)
	if err != nil {
		return err
	}
	if p.chance < 7 { // gave up
		p.pass(20, 200)
		return then.db.Update(system, func(tx *db.Tx) error { return s.routing.CustomerLeft(system, tx, first.Conversation) })
	}
	p.pass(4, 70)
	if _, err := s.routing.Pull(agentCtx, first.Interaction); err != nil {
		return err
	}
	for i := 1; i < len(p.talk.lines); i++ {
		p.pass(15, 120)
		if i%2 == 0 {
			_, err = p.say(system, s, thread, i)
		} else {
			_, err = s.delivery.Reply(agentCtx, delivery.ReplyInput{
				Conversation: first.Conversation, Text: p.talk.lines[i], ClientID: fmt.Sprintf("%s-%d", thread, i), Force: true,
			})
		}
		if err != nil {
			return err
		}
	}
	return p.finish(system, agentCtx, s, first)
}

// pass lets between least and most seconds go by.
func (p *pastTalk) pass(least, most int) {
	p.at = p.at.Add(time.Duration(least+rand.IntN(most-least)) * time.Second) // invented times
}

// agent returns a context in which one of the topic's agents acts.
func (p *pastTalk) agent(ctx context.Context) (context.Context, error) {
	var able []string
	for _, person := range demoPeople() {
		for _, q := range person.queues {
			if q == p.talk.topic && person.role == actor.Agent {
				able = append(able, person.key)
			}
		}
	}
	who, err := p.demo.app.services.directory.Actor(ctx, p.demo.tenant, p.demo.users[able[p.chance%len(able)]])
	// The days of the past happen beside each other now: what an agent has room for says nothing.
	who.Rights = maps.Clone(who.Rights)
	who.Rights[actor.InteractionMove] = actor.InBrand
	return actor.With(ctx, who), err
}

// say brings in the customer's line i.
func (p *pastTalk) say(ctx context.Context, s *services, thread string, i int) (intake.Receipt, error) {
	c := p.brand.customers[p.customer]
	point := p.demo.points[p.brand.slug]
	return s.intake.Receive(ctx, intake.Inbound{
		Point:  intake.Point{ID: point.ID, Brand: point.Brand, Channel: string(point.Channel), Queue: p.demo.queues[p.talk.topic]},
		From:   intake.Sender{Provider: "webchat", Scope: point.ID.String(), ExternalID: "demo-" + c.email, Name: c.name, Email: c.email, Phone: c.phone, Language: p.brand.language},
		Thread: thread, ExternalID: fmt.Sprintf("%s-%d", thread, i), Text: p.talk.lines[i], OccurredAt: p.at,
	})
}

func (p *pastTalk) finish(system, agentCtx context.Context, s *services, first intake.Receipt) error {
	p.pass(5, 40)
	if err := s.routing.EndContact(agentCtx, first.Interaction); err != nil {
		return err
	}
	p.pass(5, 45)
	if err := s.routing.Finish(agentCtx, routing.Finish{Interaction: first.Interaction, Disposition: p.demo.solved}); err != nil {
		return err
	}
	if p.talk.stars == 0 || p.chance%3 == 0 {
		return nil
	}
	asked := p.at
	p.pass(10, 90)
	point := p.demo.points[p.brand.slug]
	return p.demo.app.db.At(func() time.Time { return p.at }).Update(system, func(tx *db.Tx) error {
		_, err := s.surveys.Answer(system, tx, survey.Given{
			Conversation: first.Conversation, Interaction: first.Interaction, Brand: point.Brand, Queue: p.demo.queues[p.talk.topic],
			Agent: actor.From(agentCtx).User, Channel: string(point.Channel), Stars: p.talk.stars, Comment: p.talk.word, AskedAt: asked,
		})
		return err
	})
}
