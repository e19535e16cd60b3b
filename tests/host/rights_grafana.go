package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"time"
)

const orgToken = "glsa_organisation"

// person is somebody Grafana knows; in the organisation "org" with a role and what was granted there.
type person struct {
	id       int
	login    string
	org      int64
	role     string
	isSA     bool
	disabled bool
	// Actions of ours, and scopes of dashboards:read.
	actions, dashboards []string
}

func (p person) typed() string {
	if p.isSA {
		return fmt.Sprintf("service-account:%d", p.id)
	}
	return fmt.Sprintf("user:%d", p.id)
}

// permissions as Grafana reduces them: null for an action without scopes.
func (p person) permissions(wanted func(action string) bool) map[string][]string {
	all := map[string][]string{"dashboards:read": p.dashboards}
	for _, action := range p.actions {
		all["broadsheet-reports-app."+action] = nil
	}
	for action := range all {
		if !wanted(action) {
			delete(all, action)
		}
	}
	return all
}

func (p person) reads(dashboard string) bool {
	scopes := append([]string{"dashboards:uid:" + dashboard}, folderScopes...)
	return slices.ContainsFunc(p.dashboards, func(granted string) bool {
		prefix, wild := strings.CutSuffix(granted, "*")
		return slices.ContainsFunc(scopes, func(scope string) bool { return scope == granted || wild && strings.HasPrefix(scope, prefix) })
	})
}

// The one dashboard lies in "team", which lies in "root".
var folderScopes = []string{"folders:uid:team", "folders:uid:root"}

// keyed signs identity tokens as Grafana does.
type keyed struct {
	id  string
	key *ecdsa.PrivateKey
}

func newKey(id string) keyed {
	return keyed{id, must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))}
}

func (k keyed) sign(claims map[string]any) string {
	part := func(value any) string { return base64.RawURLEncoding.EncodeToString(must(json.Marshal(value))) }
	signed := part(map[string]string{"alg": "ES256", "kid": k.id, "typ": "jwt"}) + "." + part(claims)
	digest := sha256.Sum256([]byte(signed))
	r, s, err := ecdsa.Sign(rand.Reader, k.key, digest[:])
	must(0, err)
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func (k keyed) jwk() map[string]string {
	coordinate := func(bytes []byte) string { return base64.RawURLEncoding.EncodeToString(bytes) }
	point := must(k.key.PublicKey.Bytes())
	return map[string]string{"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": k.id, "x": coordinate(point[1:33]), "y": coordinate(point[33:])}
}

// claims of the token Grafana hands to plugins.
func claims(p person) map[string]any {
	now := time.Now()
	kind, _, _ := strings.Cut(p.typed(), ":")
	claims := map[string]any{
		"sub": p.typed(), "type": kind, "aud": []string{fmt.Sprintf("org:%d", p.org)}, "iss": "http://localhost:3000/",
		"iat": now.Unix(), "exp": now.Add(10 * time.Minute).Unix(), "namespace": "default", "identifier": "uid-" + p.login, "role": p.role,
	}
	if !p.isSA {
		claims["username"] = p.login
	}
	return claims
}

// grants is a Grafana that knows people and what they may do; a person's token is "u-<login>".
type grants struct {
	people []person
	key    keyed
	server *httptest.Server
}

func serveGrants(people []person) *grants {
	g := &grants{people: people, key: newKey("id-2026-11-es256")}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/signing-keys/keys", func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, map[string]any{"keys": []any{g.key.jwk()}})
	})
	mux.HandleFunc("GET /api/access-control/users/permissions/search", g.asOrganisation(g.search))
	mux.HandleFunc("GET /api/folders/team", g.asOrganisation(func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, map[string]any{"uid": "team", "parents": []any{map[string]string{"uid": "root"}}})
	}))
	mux.HandleFunc("GET /api/access-control/user/permissions", g.asCaller(func(w http.ResponseWriter, r *http.Request, p person) {
		answerJSON(w, p.permissions(func(string) bool { return true }))
	}))
	mux.HandleFunc("GET /bootdata", g.asCaller(func(w http.ResponseWriter, r *http.Request, p person) {
		answerJSON(w, map[string]any{"user": map[string]any{"isSignedIn": true, "id": p.id, "login": p.login, "orgId": p.org, "orgRole": p.role}})
	}))
	mux.HandleFunc("GET /api/dashboards/uid/{uid}", g.asCaller(g.dashboard))
	mux.HandleFunc("GET /api/frontend/settings", func(w http.ResponseWriter, r *http.Request) {
		answerJSON(w, map[string]any{"namespace": "default", "buildInfo": map[string]string{"version": "12.4.0"}, "datasources": map[string]any{}})
	})
	g.server = httptest.NewServer(mux)
	return g
}

func answerJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(must(json.Marshal(value)))
}

// The organisation's own credential.
func (g *grants) asOrganisation(handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+orgToken {
			refuse(w, http.StatusForbidden, "You'll need additional permissions to perform this action. Permissions needed: users.permissions:read")
			return
		}
		handle(w, r)
	}
}

// Anybody Grafana knows, the organisation's service account too. Others are 401, strangers in an organisation as well.
func (g *grants) asCaller(handle func(http.ResponseWriter, *http.Request, person)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		org := r.Header.Get("X-Grafana-Org-Id")
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		for _, p := range append(g.people, person{id: 99, login: "organisation", org: must(strconv.ParseInt("0"+org, 10, 64)), role: "Admin", isSA: true, dashboards: []string{"*"}}) {
			isToken := token == "u-"+p.login || p.login == "organisation" && token == orgToken
			if isToken && !p.disabled && (org == "" || org == fmt.Sprint(p.org)) {
				handle(w, r, p)
				return
			}
		}
		refuse(w, http.StatusUnauthorized, "Unauthorized")
	}
}

// With Grafana's parameters and their rules.
func (g *grants) search(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	action, prefix := query.Get("action"), query.Get("actionPrefix")
	if action != "" && prefix != "" {
		refuse(w, http.StatusBadRequest, "'action' and 'actionPrefix' are mutually exclusive")
		return
	}
	wanted := func(name string) bool { return name == action || prefix != "" && strings.HasPrefix(name, prefix) }
	if !query.Has("namespacedId") {
		all := map[string]any{}
		for _, p := range g.people {
			all[fmt.Sprint(p.id)] = p.permissions(wanted)
		}
		answerJSON(w, all)
		return
	}
	for _, p := range g.people {
		if p.typed() == query.Get("namespacedId") {
			answerJSON(w, map[string]any{fmt.Sprint(p.id): p.permissions(wanted)})
			return
		}
	}
	refuse(w, http.StatusInternalServerError, "could not get org user permissions")
}

func (g *grants) dashboard(w http.ResponseWriter, r *http.Request, p person) {
	uid := r.PathValue("uid")
	if uid != "shop" {
		refuse(w, http.StatusNotFound, "Dashboard not found")
		return
	}
	if !p.reads(uid) {
		refuse(w, http.StatusForbidden, "You'll need additional permissions to perform this action. Permissions needed: dashboards:read")
		return
	}
	panel := map[string]any{"id": 1, "type": "text", "title": "Note", "gridPos": map[string]int{"w": 12, "h": 4}, "options": map[string]string{"mode": "markdown", "content": "Hello"}}
	answerJSON(w, map[string]any{
		"dashboard": map[string]any{"uid": uid, "title": "Shop", "schemaVersion": 42, "panels": []any{panel}, "time": map[string]string{"from": "now-1h", "to": "now"}},
		"meta":      map[string]any{"folderUid": "team", "folderTitle": "Team", "url": "/d/shop/shop", "canSave": false},
	})
}
