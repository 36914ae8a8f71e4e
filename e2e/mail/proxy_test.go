package mail

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
)

// proxy stands before a server and cuts connections when told to.
type proxy struct {
	port int
	to   string

	mu     sync.Mutex
	client []byte // cut when the client says this; nil: not
	server []byte // cut when the server says this; nil: not
	open   map[net.Conn]bool
	cuts   int
}

func newProxy(t *testing.T, to int) *proxy {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	must(t, err)
	p := &proxy{port: l.Addr().(*net.TCPAddr).Port, to: fmt.Sprintf("127.0.0.1:%d", to), open: map[net.Conn]bool{}} //nolint:forcetypeassert // TCP
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { p.carry(t.Context(), conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.cutAll()
		serving.Wait()
	})
	return p
}

// carry joins a client with the server until one of them ends, or a word falls.
func (p *proxy) carry(ctx context.Context, client net.Conn) {
	server, err := new(net.Dialer).DialContext(ctx, "tcp", p.to)
	if err != nil {
		_ = client.Close()
		return
	}
	p.mu.Lock()
	p.open[client], p.open[server] = true, true
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.copy(server, client, func() *[]byte { return &p.client }) })
	both.Go(func() { p.copy(client, server, func() *[]byte { return &p.server }) })
	both.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, client)
	delete(p.open, server)
}

func (p *proxy) copy(to, from net.Conn, word func() *[]byte) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			p.mu.Lock()
			w := word()
			cut := *w != nil && bytes.Contains(buffer[:n], *w)
			if cut {
				*w = nil
				p.cuts++
			}
			p.mu.Unlock()
			if cut {
				return
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// cutAt cuts the next connection on which client or server say a word.
func (p *proxy) cutAt(client, server string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.client, p.server = nil, nil
	if client != "" {
		p.client = []byte(client)
	}
	if server != "" {
		p.server = []byte(server)
	}
}

// cutAll cuts everything that is open.
func (p *proxy) cutAll() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for conn := range p.open {
		_ = conn.Close()
	}
}

func (p *proxy) cut() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cuts
}
