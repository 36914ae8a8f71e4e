package session

import (
	"context"
	"net/http"

	"github.com/zongler/zongler/internal/errs"
	"github.com/zongler/zongler/internal/platform/httpx"
)

// Traffic lets the simulated customers of a demonstration write, or not.
type Traffic interface {
	// On reports whether they write now.
	On() bool
	// Switch lets them begin or stop.
	Switch(on bool)
}

type trafficBody struct {
	On bool `json:"on" doc:"Simulated customers write through the widget"`
}

type trafficInput struct {
	browser

	Body trafficBody
}

type trafficOutput struct{ Body trafficBody }

// registerTraffic adds the switch of the simulated customers. It answers only a demonstration on this machine.
func (s Services) registerTraffic(api *httpx.API) {
	const path = "/api/v1/session/demo/traffic"
	httpx.Register(api, httpx.Operation{
		ID: "getDemoTraffic", Method: http.MethodGet, Path: path, Tag: tag, Access: httpx.Public,
		Summary: "Whether simulated customers write",
	}, func(_ context.Context, in *struct{ browser }) (*trafficOutput, error) {
		if err := s.demoHere(in.local); err != nil {
			return nil, err
		}
		return &trafficOutput{trafficBody{s.Traffic.On()}}, nil
	})
	httpx.Register(api, httpx.Operation{
		ID: "switchDemoTraffic", Method: http.MethodPut, Path: path, Tag: tag, Access: httpx.Public,
		Summary: "Let simulated customers write, or not",
	}, func(_ context.Context, in *trafficInput) (*trafficOutput, error) {
		if err := s.demoHere(in.local); err != nil {
			return nil, err
		}
		s.Traffic.Switch(in.Body.On)
		return &trafficOutput{trafficBody{s.Traffic.On()}}, nil
	})
}

// demoHere refuses everything but a demonstration on this machine.
func (s Services) demoHere(local bool) error {
	if s.Demo == nil || s.Traffic == nil || !local {
		return errs.New(errs.NotFound, "session.Demo", "not_found")
	}
	return nil
}
