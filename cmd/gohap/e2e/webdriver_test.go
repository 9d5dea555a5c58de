package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"testing"
	"time"
)

// browser is a headless Chromium, driven through chromedriver's HTTP interface
// (W3C WebDriver).
type browser struct {
	t       testing.TB
	base    string // of the session
	client  http.Client
	session string
}

// element is how WebDriver names an element of a page.
const element = "element-6066-11e4-a52e-4f735466cecf"

// newBrowser starts chromedriver and opens a session.
func newBrowser(t testing.TB) *browser {
	t.Helper()
	driver, chromium := needPeer(t, "chromedriver"), lookPath("chromium")
	if chromium == "" {
		chromium = needPeer(t, "google-chrome")
	}
	home := publicDir(t)
	// chromedriver binds to 127.0.0.1 only.
	port := freePort(t, "127.0.0.1")
	cmd := exec.Command(driver, fmt.Sprintf("--port=%d", port))
	cmd.Env = append(os.Environ(), "HOME="+home, "TMPDIR="+home)
	proc := startCmd(t, cmd)
	b := &browser{t: t, base: fmt.Sprintf("http://127.0.0.1:%d", port), client: http.Client{Timeout: time.Minute}}
	eventually(t, 20*time.Second, "chromedriver listens", func() bool {
		return listening(fmt.Sprintf("127.0.0.1:%d", port)) || !proc.running()
	})
	if !proc.running() {
		t.Fatalf("chromedriver does not start:\n%s%s", proc.stdout.String(), proc.stderr.String())
	}
	var opened struct {
		SessionID string `json:"sessionId"`
	}
	b.call("POST", "/session", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"browserName": "chrome",
		"goog:chromeOptions": map[string]any{
			"binary": chromium,
			"args": []string{"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
				"--user-data-dir=" + home + "/profile", "--no-first-run", "--disable-background-networking", "--window-size=390,844"},
		},
	}}}, &opened)
	b.session = opened.SessionID
	t.Cleanup(func() { b.call("DELETE", "/session/"+b.session, nil, nil) })
	return b
}

// call makes one WebDriver request and decodes its value.
func (b *browser) call(method, path string, in, out any) {
	b.t.Helper()
	var body io.Reader
	if method == "POST" {
		if in == nil {
			in = map[string]any{}
		}
		text, err := json.Marshal(in)
		if err != nil {
			b.t.Fatal(err)
		}
		body = bytes.NewReader(text)
	}
	req, err := http.NewRequest(method, b.base+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		b.t.Fatalf("webdriver %s %s: %s", method, path, text)
	}
	answer := struct{ Value any }{out}
	if err := json.Unmarshal(text, &answer); err != nil {
		b.t.Fatalf("webdriver %s %s: %v in %s", method, path, err, text)
	}
}

func (b *browser) do(method, path string, in, out any) {
	b.t.Helper()
	b.call(method, "/session/"+b.session+path, in, out)
}

// open goes to a URL, which may hold a user and password.
func (b *browser) open(url string) {
	b.t.Helper()
	b.do("POST", "/url", map[string]string{"url": url}, nil)
}

// title is the title of the page.
func (b *browser) title() string {
	b.t.Helper()
	var s string
	b.do("GET", "/title", nil, &s)
	return s
}

// url is the address of the page.
func (b *browser) url() string {
	b.t.Helper()
	var s string
	b.do("GET", "/url", nil, &s)
	return s
}

// text is what a reader of the page sees.
func (b *browser) text() string {
	b.t.Helper()
	return b.run("return document.body.innerText").(string)
}

// run executes JavaScript in the page and returns its result.
func (b *browser) run(script string, args ...any) any {
	b.t.Helper()
	if args == nil {
		args = []any{}
	}
	var out any
	b.do("POST", "/execute/sync", map[string]any{"script": script, "args": args}, &out)
	return out
}

// find returns the element that an XPath expression names.
func (b *browser) find(xpath string) string {
	b.t.Helper()
	var e map[string]string
	b.do("POST", "/element", map[string]string{"using": "xpath", "value": xpath}, &e)
	return e[element]
}

// click clicks on the element that an XPath expression names.
func (b *browser) click(xpath string) {
	b.t.Helper()
	b.do("POST", "/element/"+b.find(xpath)+"/click", nil, nil)
}
