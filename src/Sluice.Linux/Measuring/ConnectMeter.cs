using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Linux.Lab;
using Sluice.Net;

namespace Sluice.Linux.Measuring;

/// <summary>Measures how long a TCP connection takes from one machine of a lab to a server of another: three packets, of which the first meets the rules.</summary>
public sealed class ConnectMeter : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly LabMachine _client;
    private readonly Socket _server;

    /// <summary>Opens the server.</summary>
    /// <param name="client">Where connections come from.</param>
    /// <param name="server">Where they end.</param>
    /// <param name="family">The address family.</param>
    public ConnectMeter(LabMachine client, LabMachine server, IPFamily family)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(server);
        _client = client;
        Address = server.Address(family);
        _server = server.Namespace.Run(() => new Socket(Address.ToIPAddress().AddressFamily, SocketType.Stream, ProtocolType.Tcp));
        _server.Bind(new IPEndPoint(Address.ToIPAddress(), 0));
        _server.Listen();
    }

    /// <summary>The server's address.</summary>
    public NetAddress Address { get; }

    /// <summary>The server's port.</summary>
    public int Port => ((IPEndPoint)_server.LocalEndPoint!).Port;

    /// <summary>Connects many times.</summary>
    /// <param name="address">An address that leads to the server.</param>
    /// <param name="port">The port.</param>
    /// <param name="times">How many times.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The median; null when a connection did not come about, or not all in time.</returns>
    public TimeSpan? Median(NetAddress address, int port, int times, CancellationToken cancellation) => _client.Namespace.Run<TimeSpan?>(() =>
    {
        var target = new IPEndPoint(address.ToIPAddress(), port);
        var samples = new List<TimeSpan>(times);
        for (var i = -1; i < times; i++)
        {
            if (cancellation.IsCancellationRequested || Connect(target) is not { } time)
            {
                return null;
            }

            // The first finds neighbours and compiles.
            if (i >= 0)
            {
                samples.Add(time);
            }
        }

        samples.Sort();
        return samples[samples.Count / 2];
    });

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();

    private TimeSpan? Connect(IPEndPoint target)
    {
        using var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
        {
            // A reset instead of TIME_WAIT. The time to send is the kernel's patience with connect(2), too (socket(7)).
            LingerState = new LingerOption(enable: true, 0),
            SendTimeout = (int)s_patience.TotalMilliseconds,
        };
        var start = Stopwatch.GetTimestamp();
        try
        {
            socket.Connect(target);
        }
        catch (SocketException)
        {
            return null;
        }

        var time = Stopwatch.GetElapsedTime(start);
        if (!_server.Poll(s_patience, SelectMode.SelectRead))
        {
            return null;
        }

        _server.Accept().Dispose();
        return time;
    }
}
