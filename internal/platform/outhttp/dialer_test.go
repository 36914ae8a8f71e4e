package outhttp_test

import (
	"errors"
	"net"
	"testing"

	"github.com/zongler/zongler/internal/platform/outhttp"
)

func TestADialerLeadsInsideOnlyWhereItIsAllowed(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	closed, err := outhttp.NewDialer(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := closed.DialContext(t.Context(), "tcp", l.Addr().String()); !errors.Is(err, outhttp.ErrForbidden) {
		t.Errorf("this machine is called: %v", err)
	}
	open, err := outhttp.NewDialer([]string{"127.0.0.0/8"})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := open.DialContext(t.Context(), "tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if !open.Exempt("127.0.0.1", conn.RemoteAddr()) || closed.Exempt("127.0.0.1", conn.RemoteAddr()) {
		t.Error("what is exempt is not what was allowed")
	}
	if _, err := outhttp.NewDialer([]string{"not a host"}); err == nil {
		t.Error("an entry that is none is taken")
	}
}
