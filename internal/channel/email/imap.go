package email

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// inbox is a folder that is open at an IMAP server.
type inbox struct {
	conn   net.Conn
	client *imapclient.Client
	folder *imap.SelectData
	news   chan struct{} // the server has said that something changed
}

// openInbox signs in and opens the folder of a mailbox. A token that is refused is
// renewed once.
func (n Network) openInbox(ctx context.Context, a account) (*inbox, error) {
	b, err := n.openInboxWith(ctx, a, false)
	if err != nil && a.settings.Auth == OAuth2 && tokenRefused(err) {
		b, err = n.openInboxWith(ctx, a, true)
	}
	return b, err
}

func (n Network) openInboxWith(ctx context.Context, a account, renew bool) (*inbox, error) {
	conn, err := n.dial(ctx, a.settings.IMAP)
	if err != nil {
		return nil, err
	}
	b := &inbox{conn: conn, news: make(chan struct{}, 1)}
	err = b.do(ctx, answerWithin, func() error {
		if err := b.greet(n, a); err != nil {
			return at(StepTLS, err)
		}
		if err := b.login(ctx, a, renew); err != nil {
			return at(StepLogin, err)
		}
		b.folder, err = b.client.Select(a.settings.Folder, nil).Wait()
		return at(StepFolder, err)
	})
	if err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// greet waits for the server's greeting, and for TLS where that is a command.
func (b *inbox) greet(n Network, a account) (err error) {
	options := &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(*imapclient.UnilateralDataMailbox) { b.hear() },
	}}
	if a.settings.IMAP.TLS == StartTLS {
		options.TLSConfig = n.tls(a.settings.IMAP)
		b.client, err = imapclient.NewStartTLS(b.conn, options)
		return err
	}
	b.client = imapclient.New(b.conn, options)
	return at(StepConnect, b.client.WaitGreeting())
}

func (b *inbox) hear() {
	select {
	case b.news <- struct{}{}:
	default:
	}
}

// login proves who we are: with a token, or with a password in the way that the server likes best.
func (b *inbox) login(ctx context.Context, a account, renew bool) error {
	caps := b.client.Caps()
	has := func(mechanism string) bool { return caps.Has(imap.Cap("AUTH=" + mechanism)) }
	way, err := a.client(ctx, a.secrets.Password, has, renew)
	if errors.Is(err, errNoSASL) && a.settings.Auth == Password && !caps.Has(imap.CapLoginDisabled) {
		return b.client.Login(a.login(), a.secrets.Password).Wait()
	}
	if err != nil {
		return err
	}
	return b.authenticate(way)
}

// authenticate is the client's, which loses the reason of a refused token where the server continues.
func (b *inbox) authenticate(way sasl.Client) error { return b.client.Authenticate(way) }

// do runs fn and cuts the connection when it takes too long or ctx ends: the
// client itself waits for answers without limit.
func (b *inbox) do(ctx context.Context, within time.Duration, fn func() error) error {
	life, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	stop := context.AfterFunc(life, func() { _ = b.conn.Close() }) // fn fails with it
	defer stop()
	err := fn()
	if err != nil && life.Err() != nil {
		return errors.Join(life.Err(), err)
	}
	return err
}

// close ends the connection. What is not said good-bye to is gone all the same.
func (b *inbox) close() error {
	if b.client != nil {
		_ = b.client.Close()
	}
	if err := b.conn.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

// idle waits until the server has news, at most for a time.
func (b *inbox) idle(ctx context.Context, most time.Duration) error {
	if !b.client.Caps().Has(imap.CapIdle) {
		return b.pause(ctx, min(most, pollWithoutIdle))
	}
	var idling *imapclient.IdleCommand
	err := b.do(ctx, answerWithin, func() (err error) {
		idling, err = b.client.Idle()
		return err
	})
	if err != nil {
		return at(StepRead, err)
	}
	if err := b.pause(ctx, most); err != nil {
		_ = b.conn.Close() // as far as it is not gone already
		return at(StepRead, err)
	}
	return at(StepRead, b.do(ctx, answerWithin, func() error { return errors.Join(idling.Close(), idling.Wait()) }))
}

// pause waits for news, for the connection's end, or for a time.
func (b *inbox) pause(ctx context.Context, most time.Duration) error {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-b.client.Closed():
		return errCut
	case <-b.news:
	case <-timer.C:
	}
	return nil
}

// errCut says that the server ended the connection.
var errCut = errors.New("email: the connection was cut")
