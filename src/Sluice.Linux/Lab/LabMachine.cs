using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Net;

namespace Sluice.Linux.Lab;

/// <summary>
/// Something in the lab that serves and connects: a node, a pod, a client outside. A pod of the host's network is a machine in the
/// namespace of its node.
/// </summary>
/// <param name="name">What its servers call themselves; no blanks.</param>
/// <param name="space">Its network namespace.</param>
/// <param name="addresses">Its addresses; the first of a family is its own, others are further ones.</param>
public sealed class LabMachine(string name, NetworkNamespace space, IReadOnlyList<NetAddress> addresses) : IDisposable
{
    private readonly List<Socket> _servers = [];

    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Its network namespace.</summary>
    public NetworkNamespace Namespace { get; } = space;

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<NetAddress> Addresses { get; } = addresses;

    /// <summary>Its own address of a family.</summary>
    public NetAddress Address(IPFamily family) => Addresses.First(a => a.Family == family);

    /// <summary>Answers on a port of its own addresses, of both families, until disposed: with its name and the source it sees.</summary>
    public void Serve(L4Protocol protocol, int port)
    {
        foreach (var address in Addresses.GroupBy(a => a.Family).Select(g => g.First()))
        {
            Serve(protocol, address, port);
        }
    }

    /// <summary>Answers on a port of one address.</summary>
    public void Serve(L4Protocol protocol, NetAddress address, int port)
    {
        var dialogue = Dialogue.Of(protocol);
        var local = new IPEndPoint(address.ToIPAddress(), port);
        var socket = dialogue.Listen(Namespace, local);
        lock (_servers)
        {
            _servers.Add(socket);
        }

        _ = Task.Run(async () =>
        {
            try
            {
                await dialogue.AnswerAsync(socket, Name, local);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The server was closed.
            }
        });
    }

    /// <summary>Closes its servers: what connects now is refused by the machine itself.</summary>
    public void StopServing()
    {
        lock (_servers)
        {
            _servers.ForEach(s => s.Dispose());
            _servers.Clear();
        }
    }

    /// <summary>Makes one connection and says what became of it. Many may run at a time.</summary>
    /// <exception cref="LabException">No socket can be made.</exception>
    public async Task<ConnectionResult> ConnectAsync(LabFlow flow)
    {
        var dialogue = Dialogue.Of(flow.Protocol);
        var server = new IPEndPoint(flow.Destination.ToIPAddress(), flow.Port);
        var started = Stopwatch.GetTimestamp();
        using var socket = dialogue.Open(Namespace, server.AddressFamily);
        try
        {
            var local = flow.Source is { } source ? new IPEndPoint(source.ToIPAddress(), flow.SourcePort) : null;
            return await dialogue.AskAsync(socket, local, server, flow.Patience);
        }
        catch (OperationCanceledException)
        {
            return new ConnectionResult.TimedOut();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TimedOut)
        {
            return new ConnectionResult.TimedOut();
        }
        catch (SocketException e)
        {
            return new ConnectionResult.Refused(e.SocketErrorCode.ToString(), Stopwatch.GetElapsedTime(started));
        }
    }

    /// <summary>Makes many connections, at most <paramref name="parallel"/> at a time; results in no particular order.</summary>
    public async Task<IReadOnlyList<ConnectionResult>> ConnectAsync(LabFlow flow, int count, int parallel = 32)
    {
        var results = new ConnectionResult[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (i, _) =>
            results[i] = await ConnectAsync(flow.SourcePort == 0 ? flow : flow with { SourcePort = flow.SourcePort + i }));
        return results;
    }

    /// <summary>Closes its servers. The namespace is disposed by whoever made it.</summary>
    public void Dispose() => StopServing();
}
