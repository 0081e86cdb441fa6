using System.Text.RegularExpressions;
using Sluice.Linux.Ipvs;
using Sluice.Linux.Netlink.Ipset;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Xunit;

namespace Sluice.KernelTests.Netlink;

/// <summary>A network namespace with a connection to its sets; ipset itself is the judge.</summary>
internal sealed partial class IpsetSpace : IDisposable
{
    private readonly NetworkNamespace _space;
    private readonly SetStepSender _sender;

    private IpsetSpace(NetworkNamespace space, IpsetConnection connection) =>
        (_space, Connection, _sender) = (space, connection, connection.NewSender());

    public IpsetConnection Connection { get; }

    /// <summary>What the last steps sent.</summary>
    public IpvsTraffic Sent => _sender.Sent;

    /// <summary>A new namespace; without ipset the test is skipped.</summary>
    public static IpsetSpace Open()
    {
        if (!Environment.IsPrivilegedProcess || Linux.SystemPrograms.Find("ipset") is null)
        {
            Assert.Skip("needs root, and ipset");
        }

        var space = new NetworkNamespace("ipset");
        var (connection, problem) = space.Run(() => (IpsetConnection.TryOpen(out var why), why));
        if (connection is null)
        {
            space.Dispose();
            Assert.Skip(problem!);
        }

        return new IpsetSpace(space, connection);
    }

    /// <summary>Carries out steps; what was refused.</summary>
    public IReadOnlyList<IpvsRefusal> Apply(params IReadOnlyList<IpvsStep> steps)
    {
        _sender.Begin();
        for (var i = 0; i < steps.Count; i++)
        {
            if (_sender.IsFull)
            {
                Assert.Null(_sender.Send());
            }

            _sender.Add(steps[i], i);
        }

        Assert.Null(_sender.Send());
        return _sender.Refusals ?? [];
    }

    /// <summary>The sets as the kernel tells them.</summary>
    public IpSetTable Read()
    {
        Assert.Null(Connection.Read(out var table));
        return table;
    }

    /// <summary>What <c>ipset save</c> prints, without the number that the kernel draws for each hash.</summary>
    public string Save() => InitialValue().Replace(_space.Check("ipset", ["save"]), "");

    /// <summary>Runs <c>ipset restore</c>.</summary>
    public void Restore(string commands) => _space.Check("ipset", ["restore"], commands);

    /// <summary>Runs a program in the namespace.</summary>
    public CommandResult Run(string program, params string[] arguments) => _space.Execute(program, arguments);

    public void Dispose()
    {
        _sender.Dispose();
        Connection.Dispose();
        _space.Dispose();
    }

    [GeneratedRegex(" initval 0x[0-9a-f]+")]
    private static partial Regex InitialValue();
}
