using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sluice.Linux.Netlink.Conntrack;
using Sluice.Net;
using Sluice.Netfilter.Conntrack;

namespace Sluice.KernelTests.Netlink;

/// <summary>A network namespace whose own datagrams to an address are translated to another, and a connection to its tracked flows.</summary>
internal sealed class ConntrackSpace : IDisposable
{
    private const int Port = 53;

    private readonly NftSpace _space = new("conntrack");
    private readonly List<Socket> _sockets = [];

    public ConntrackSpace()
    {
        _ = _space.Namespace.Check("ip", ["-batch", "-"], string.Join('\n', (string[])
        [
            "link set lo up",
            .. new[] { Virtual, Pod, Plain }.SelectMany(pair => new[] { pair.V4, pair.V6 }).Select(a => $"address add {a}/{a.Width} dev lo nodad"),
            "",
        ]));

        // The kernel finishes addresses of IPv6 in the background, and drops what is sent to one before.
        var clock = Stopwatch.StartNew();
        while (_space.Namespace.Check("ip", ["-6", "address", "show", "tentative"]).Length > 0)
        {
            Xunit.Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "IPv6 addresses stay tentative");
        }

        _space.Load(string.Create(CultureInfo.InvariantCulture, $$"""
            table inet lab {
                chain output {
                    type nat hook output priority -100;
                    ip daddr {{Virtual.V4}} meta l4proto { tcp, udp } dnat ip to {{Pod.V4}}
                    ip6 daddr {{Virtual.V6}} meta l4proto { tcp, udp } dnat ip6 to {{Pod.V6}}
                }
            }

            """));
        Connection = Open();
    }

    public static (NetAddress V4, NetAddress V6) Virtual { get; } = (NetAddress.Parse("10.96.0.10"), NetAddress.Parse("fd00:10:96::10"));

    public static (NetAddress V4, NetAddress V6) Pod { get; } = (NetAddress.Parse("10.244.1.2"), NetAddress.Parse("fd00:244::2"));

    public static (NetAddress V4, NetAddress V6) Plain { get; } = (NetAddress.Parse("10.9.9.9"), NetAddress.Parse("fd00:9::9"));

    public ConntrackConnection Connection { get; }

    /// <summary>Another connection.</summary>
    public ConntrackConnection Open() => _space.Namespace.Run(() => ConntrackConnection.TryOpen(out var problem) ?? throw new LabException(problem!));

    public void Load(string rules) => _space.Load(rules);

    /// <summary>Sends a datagram to an address from each of so many ports, from one on.</summary>
    public void SendDatagrams(NetAddress to, int fromPort, int count) => _space.Namespace.Run(() =>
    {
        for (var port = fromPort; port < fromPort + count; port++)
        {
            using var socket = new Socket(to.ToIPAddress().AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(to.Family == IPFamily.IPv4 ? IPAddress.Any : IPAddress.IPv6Any, port));
            _ = socket.SendTo("x"u8, new IPEndPoint(to.ToIPAddress(), Port));
        }
    });

    /// <summary>Connects over TCP to a server behind an address; the connection stays until the end.</summary>
    public void Connect(NetAddress to) => _space.Namespace.Run(() =>
    {
        var server = to == Virtual.V4 ? Pod.V4 : to == Virtual.V6 ? Pod.V6 : to;
        var listener = new Socket(server.ToIPAddress().AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var client = new Socket(listener.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _sockets.AddRange([listener, client]);
        listener.Bind(new IPEndPoint(server.ToIPAddress(), Port));
        listener.Listen();
        client.Connect(new IPEndPoint(to.ToIPAddress(), Port));
    });

    /// <summary>The flows of a protocol to this space's port.</summary>
    public List<ConntrackFlow> List(IPFamily family, L4Protocol protocol, ConntrackStatus status = ConntrackStatus.None)
    {
        var flows = new List<ConntrackFlow>();
        var sweep = Connection.Sweep(new ConntrackFilter(family, protocol, status), (in flow) =>
        {
            flows.Add(flow);
            return false;
        });
        Xunit.Assert.Equal((null, flows.Count, 0L), (sweep.Problem, (int)sweep.Looked, sweep.Deleted));
        return flows;
    }

    public void Dispose()
    {
        _sockets.ForEach(s => s.Dispose());
        Connection.Dispose();
        _space.Dispose();
    }
}
