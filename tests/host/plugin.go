package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"sync"

	"github.com/grafana/grafana-plugin-sdk-go/genproto/pluginv2"
	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
)

// Same values as Grafana's pkg/plugins/backendplugin/grpcplugin: facts of the protocol.
var handshakeConfig = goplugin.HandshakeConfig{
	ProtocolVersion:  2,
	MagicCookieKey:   "grafana_plugin_type",
	MagicCookieValue: "datasource",
}

// One started plugin process.
type plugin struct {
	client      *goplugin.Client
	protocol    goplugin.ClientProtocol
	cmd         *exec.Cmd
	resource    pluginv2.ResourceClient
	diagnostics pluginv2.DiagnosticsClient
	log         *buffer
}

type services struct {
	goplugin.NetRPCUnsupportedPlugin
}

func (services) GRPCServer(*goplugin.GRPCBroker, *grpc.Server) error {
	return errors.New("the host serves nothing")
}

func (services) GRPCClient(_ context.Context, _ *goplugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return conn, nil
}

// start runs the binary as Grafana does: no host environment, gRPC only, no TLS.
// `data_dir` is where the test says, once for all checks.
func start(binary string) *plugin {
	return startWith(binary, []string{"GF_PLUGIN_DATA_DIR=" + os.Getenv("HOST_DATA_DIR")})
}

// startWith takes the variables Grafana makes of `[plugin.broadsheet-reports-app]`.
func startWith(binary string, environment []string) *plugin {
	log := &buffer{}
	cmd := exec.Command(binary)
	cmd.Env = environment
	client := goplugin.NewClient(&goplugin.ClientConfig{
		Cmd:              cmd,
		HandshakeConfig:  handshakeConfig,
		VersionedPlugins: map[int]goplugin.PluginSet{2: {"services": services{}}},
		AllowedProtocols: []goplugin.Protocol{goplugin.ProtocolGRPC},
		SkipHostEnv:      true,
		SyncStdout:       io.Discard,
		SyncStderr:       io.Discard,
		Logger:           hclog.New(&hclog.LoggerOptions{Name: "host", Level: hclog.Trace, Output: log, JSONFormat: true}),
		GRPCDialOptions:  []grpc.DialOption{grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(1 << 30))},
	})
	protocol := must(client.Client())
	conn := must(protocol.Dispense("services")).(*grpc.ClientConn)
	return &plugin{client, protocol, cmd, pluginv2.NewResourceClient(conn), pluginv2.NewDiagnosticsClient(conn), log}
}

type call struct {
	method, path, url string
	role              string
	anonymous         bool
	headers           map[string][]string
	body              []byte
	settings          *pluginv2.AppInstanceSettings
	// Instead of Ada in organization 1.
	user *pluginv2.User
	org  int64
}

type answer struct {
	code    int32
	headers map[string]*pluginv2.StringList
	body    []byte
	chunks  []int
}

func (c call) proto() *pluginv2.CallResourceRequest {
	headers := map[string]*pluginv2.StringList{}
	for name, values := range c.headers {
		headers[name] = &pluginv2.StringList{Values: values}
	}
	context := &pluginv2.PluginContext{
		OrgId:               1,
		PluginId:            "broadsheet-reports-app",
		PluginVersion:       "0.1.0",
		UserAgent:           "Grafana/12.4.0 (linux; amd64)",
		AppInstanceSettings: c.settings,
		GrafanaConfig:       map[string]string{"GF_APP_URL": "http://127.0.0.1:1/"},
	}
	if !c.anonymous {
		context.User = &pluginv2.User{Login: "ada", Name: "Ada", Email: "ada@example.org", Role: c.role}
	}
	if c.user != nil {
		context.User = c.user
	}
	if c.org > 0 {
		context.OrgId = c.org
	}
	url := c.url
	if url == "" {
		url = c.path
	}
	return &pluginv2.CallResourceRequest{PluginContext: context, Method: c.method, Path: c.path, Url: url, Headers: headers, Body: c.body}
}

// do makes a resource call and collects its stream.
func (p *plugin) do(c call) (*answer, error) {
	stream, err := p.resource.CallResource(context.Background(), c.proto())
	if err != nil {
		return nil, err
	}
	got := &answer{}
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return got, nil
		}
		if err != nil {
			return nil, err
		}
		if len(got.chunks) == 0 {
			got.code, got.headers = message.Code, message.Headers
		}
		got.chunks = append(got.chunks, len(message.Body))
		got.body = append(got.body, message.Body...)
	}
}

func (p *plugin) pid() int { return p.cmd.Process.Pid }

// buffer is written by several goroutines of the host.
type buffer struct {
	mutex sync.Mutex
	bytes bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.bytes.Write(p)
}

func (b *buffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.bytes.String()
}
