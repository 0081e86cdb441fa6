using Sluice.KernelTests.Lab.Interop;

namespace Sluice.KernelTests.Lab;

/// <summary>
/// An instrument that answers what the kernel really did with packets under iptables rules: a node in a private network
/// namespace, real rules, real packets, and the kernel's own reports. It knows nothing of Sluice.
/// </summary>
public sealed class KernelLab : IDisposable, IAsyncDisposable
{
    /// <summary>Packets sent before their reports are read.</summary>
    private const int BatchSize = 256;

    private readonly LabTopology _topology;
    private readonly LabSender _sender;
    private readonly SignalReader _signals;
    private readonly NetfilterSocket _requests;
    private readonly RuleNumbers _numbers = new();
    private readonly LoadedTables _loaded = new();
    private readonly List<IDisposable> _owned = [];
    private bool _numbersKnown;
    private ushort _nextTag = 1;

    private KernelLab(LabVariant variant, LabOptions options)
    {
        Variant = variant;
        Options = options;
        try
        {
            _topology = Own(new LabTopology(options));
            _ = Node.Check("nft", ["-f", "-"], LabTable.Text(options.Trace));
            _sender = Own(new LabSender(_topology));
            _requests = Own(Node.Run(() => new NetfilterSocket(TimeSpan.FromSeconds(10))));
            _signals = Own(Node.Run(() => new SignalReader(_numbers, _topology.Links)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public LabVariant Variant { get; }

    public LabOptions Options { get; }

    /// <summary>The node's namespace: for sockets, sysctls and programs of a test.</summary>
    public NetworkNamespace Node => _topology.Node;

    public static KernelLab Create(LabVariant variant, LabOptions? options = null) => new(variant, options ?? new LabOptions());

    /// <summary>
    /// Replaces all rules of one family with those of an iptables-restore text, and forgets all connections. Tables the
    /// text does not have are emptied.
    /// </summary>
    public void Load(LabFamily family, string restoreText)
    {
        var result = Restore(family, _loaded.Complete(family, restoreText));
        if (result.ExitCode != 0)
        {
            throw new LabException($"{RestoreProgram(family)} exited {result.ExitCode}: {result.Error}\n{restoreText}");
        }

        _loaded.Set(family, restoreText);
        _numbersKnown = false;
        FlushConntrack();
    }

    /// <summary>Replaces all ipsets, which no rule may ask, with those of a text for <c>ipset restore</c>.</summary>
    public void LoadSets(string restoreText)
    {
        // A list holds its members: empty first.
        _ = Node.Check("ipset", ["flush"]);
        _ = Node.Check("ipset", ["destroy"]);
        var result = Node.Execute("ipset", ["restore"], restoreText);
        if (result.ExitCode != 0)
        {
            throw new LabException($"ipset exited {result.ExitCode}: {result.Error}\n{restoreText}");
        }
    }

    /// <summary>
    /// Replaces all tables that are not the lab's own with those of a text for <c>nft -f</c>, and forgets all connections. The old
    /// ones go first, so that the kernel registers the new chains in the order of the text.
    /// </summary>
    public void LoadNative(string text)
    {
        _ = Node.Check("nft", ["-f", "-"], _loaded.FlushNative());
        var result = Node.Execute("nft", ["-f", "-"], text);
        if (result.ExitCode != 0)
        {
            throw new LabException($"nft exited {result.ExitCode}: {result.Error}\n{text}");
        }

        _loaded.SetNative(text);
        _numbersKnown = false;
        FlushConntrack();
    }

    /// <summary>All tables, the lab's own among them, as <c>nft list ruleset</c> prints them; with <paramref name="asJson"/> as JSON.</summary>
    public string ListNative(bool asJson) => Node.Check("nft", asJson ? ["-j", "list", "ruleset"] : ["list", "ruleset"]);

    /// <summary>Sends packets one after the other and says what became of each, in their order.</summary>
    public IReadOnlyList<Observation> Send(IReadOnlyList<LabPacket> packets) => Node.Run(() =>
    {
        ReadNumbers();
        var result = new List<Observation>(packets.Count);
        for (var start = 0; start < packets.Count; start += BatchSize)
        {
            result.AddRange(SendBatch([.. packets.Skip(start).Take(BatchSize)]));
        }

        return result;
    });

    /// <inheritdoc cref="Send(IReadOnlyList{LabPacket})"/>
    public Observation Send(LabPacket packet) => Send([packet])[0];

    public IReadOnlyList<ConntrackEntry> Conntrack() => ConntrackReader.List(_requests);

    public void FlushConntrack() => ConntrackReader.Flush(_requests);

    /// <summary>What `iptables-restore --test` finds wrong with a text; null when it accepts it.</summary>
    public string? RestoreTest(string text, LabFamily family)
    {
        var result = Restore(family, text, "--test");
        return result.ExitCode == 0 ? null : $"exit code {result.ExitCode}: {result.Error}";
    }

    /// <summary>What `iptables-save` prints.</summary>
    public string Save(LabFamily family) => Node.Check(LabPrograms.Name(family, Variant, "save"), []);

    /// <summary>
    /// Puts a machine on a new link of the node, for real connections: <paramref name="gateway"/> becomes the node's address on
    /// it, /16 or in IPv6 /64, and the addresses are the machine's own.
    /// </summary>
    public LabHost AddHost(string name, string gateway, params string[] addresses)
    {
        var host = Own(new LabHost(Node, name, gateway, addresses));
        _topology.Links[Node.InterfaceIndex(host.Link)] = host.Link;
        return host;
    }

    /// <summary>
    /// Stops logging and tracing until disposed: real connections make more reports than anybody reads. Nothing may be sent
    /// through <see cref="Send(IReadOnlyList{LabPacket})"/> meanwhile.
    /// </summary>
    public IDisposable Unwatched()
    {
        _ = Node.Check("nft", ["delete", "table", "inet", LabTable.Name]);
        return new Watch(() => Node.Check("nft", ["-f", "-"], LabTable.Text(Options.Trace)));
    }

    /// <summary>Runs `ip` in the node, for more addresses, routes and rules.</summary>
    public void Ip(params string[] arguments) => Node.Check("ip", arguments);

    public void Dispose()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            _owned[i].Dispose();
        }

        _owned.Clear();
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private List<Observation> SendBatch(IReadOnlyList<LabPacket> batch)
    {
        // 0 is no tag: the kernel would choose an identification of its own.
        _nextTag = _nextTag + batch.Count > ushort.MaxValue ? (ushort)1 : _nextTag;
        var builder = new ObservationBuilder(batch, _nextTag, _loaded);
        var errnos = batch.Select((packet, i) => _sender.Send(packet, (ushort)(_nextTag + i))).ToList();
        _nextTag += (ushort)batch.Count;

        // The first marker is behind the packets, the next behind what they caused, and that behind what that caused.
        for (var round = 0; round < 3; round++)
        {
            foreach (var signal in _signals.ReadUntil(_sender.SendSync()))
            {
                builder.Add(signal);
            }
        }

        return [.. builder.Build(errnos)];
    }

    private void ReadNumbers()
    {
        if (!_numbersKnown && Variant == LabVariant.Nft && Options.Trace)
        {
            _numbers.Clear();
            _numbers.Read(_requests, LabFamily.IPv4);
            _numbers.Read(_requests, LabFamily.IPv6);
            _numbers.ReadInet(_requests);
        }

        _numbersKnown = true;
    }

    private CommandResult Restore(LabFamily family, string text, params string[] flags) =>
        Node.Execute(RestoreProgram(family), flags, text.EndsWith('\n') ? text : text + '\n');

    private string RestoreProgram(LabFamily family) => LabPrograms.Name(family, Variant, "restore");

    private sealed class Watch(Action again) : IDisposable
    {
        public void Dispose() => again();
    }

    private T Own<T>(T part)
        where T : IDisposable
    {
        _owned.Add(part);
        return part;
    }
}
