package acd_test

import (
	"fmt"
	"time"

	"github.com/zongler/zongler/internal/id"
	"github.com/zongler/zongler/internal/routing/acd"
)

// A small web shop: Anna speaks Hungarian well, Bence a little, and a customer writes.
func Example() {
	const (
		support   = id.Queue(1)
		hungarian = id.Skill(7)
		anna      = id.User(11)
		bence     = id.User(12)
		letter    = id.Interaction(101)
	)
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	names := map[id.User]string{anna: "Anna", bence: "Bence"}
	s := acd.New()
	var tell func(after time.Duration, e acd.Event)
	tell = func(after time.Duration, e acd.Event) {
		for _, effect := range s.Step(start.Add(after), e) {
			switch f := effect.(type) {
			case acd.MakeOffer:
				fmt.Printf("%4v offer %d to %s (%s, fit %d, waited %v)\n", after, f.Interaction, names[f.Agent], f.Why.Rule, f.Why.Fit, f.Why.Waited)
				defer tell(after, acd.OfferMade{Interaction: f.Interaction, Agent: f.Agent, Token: f.Token, Expires: start.Add(after + f.For)})
			case acd.ExpireOffer:
				fmt.Printf("%4v %s missed it\n", after, names[f.Agent])
			case acd.SetAway:
				fmt.Printf("%4v %s is away: %s\n", after, names[f.Agent], f.Reason)
			case acd.WakeAt:
				if !f.At.IsZero() {
					fmt.Printf("%4v wake me at %v\n", after, f.At.Sub(start))
				}
			}
		}
	}

	tell(0, acd.QueueUpserted{Queue: acd.Queue{ID: support, Skills: []acd.Requirement{{Skill: hungarian, Min: 1}}}})
	for agent, level := range map[id.User]acd.Level{anna: 5, bence: 2} {
		tell(0, acd.AgentUpserted{Agent: acd.Agent{
			ID: agent, Presence: acd.Available, Channels: acd.ChannelSet(acd.Chat),
			Queues: []id.Queue{support}, Skills: []acd.Skill{{ID: hungarian, Level: level}},
		}})
	}
	tell(0, acd.Ready{})

	tell(time.Second, acd.InteractionQueued{Interaction: acd.Interaction{ID: letter, Queue: support, Channel: acd.Chat}})
	tell(31*time.Second, acd.Tick{})
	tell(40*time.Second, acd.OfferAccepted{Interaction: letter, Agent: bence, Token: 2})
	tell(90*time.Second, acd.WorkEnded{Interaction: letter})

	// Output:
	//   1s offer 101 to Anna (best_fit, fit 5, waited 0s)
	//   1s wake me at 31s
	//  31s Anna missed it
	//  31s Anna is away: missed_offer
	//  31s offer 101 to Bence (only_one, fit 2, waited 30s)
	//  31s wake me at 1m31s
	//  31s wake me at 1m1s
	//  40s wake me at 1m31s
}
