using System.Collections.Immutable;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>One way of a packet while it is being followed. Forking copies it; everything shared is immutable.</summary>
internal sealed class Branch
{
    public Branch(TracedPacket packet, Connection? connection)
    {
        Packet = packet;
        Connection = connection;
        Probability = Probability.One;
        Frames = [];
        RulesByHook = new int[5];
    }

    private Branch(Branch other)
    {
        Packet = other.Packet.Clone();
        Connection = other.Connection;
        Probability = other.Probability;
        Frames = other.Frames;
        Steps = other.Steps;
        Item = other.Item;
        Jumps = other.Jumps;
        RulesByHook = [.. other.RulesByHook];
        IsAmbiguous = other.IsAmbiguous;
        IsStarted = other.IsStarted;
        IsLoopback = other.IsLoopback;
        DestinationChosen = other.DestinationChosen;
        SourceChosen = other.SourceChosen;
        Masqueraded = other.Masqueraded;
        HeadingOut = other.HeadingOut;
        Gateway = other.Gateway;
        RouteKey = other.RouteKey;
        CurrentTable = other.CurrentTable;
        HeadingLocal = other.HeadingLocal;
    }

    public TracedPacket Packet { get; }

    /// <summary>The connection the packet belongs to; null for one that begins.</summary>
    public Connection? Connection { get; }

    public Probability Probability { get; set; }

    /// <summary>The chains entered and where evaluation goes on in each, innermost first.</summary>
    public ImmutableStack<Frame> Frames { get; set; }

    /// <summary>The steps, last first.</summary>
    public StepList? Steps { get; set; }

    /// <summary>The index of the hook item that comes next.</summary>
    public int Item { get; set; }

    /// <summary>Jumps and gotos taken so far; a bound against rules that run in circles.</summary>
    public int Jumps { get; set; }

    /// <summary>Rules compared, by hook.</summary>
    public int[] RulesByHook { get; }

    public bool IsAmbiguous { get; set; }

    /// <summary>Whether the packet has entered its first hook.</summary>
    public bool IsStarted { get; set; }

    /// <summary>Whether a locally made packet came back through the loopback device.</summary>
    public bool IsLoopback { get; set; }

    /// <summary>Whether the connection's destination translation is settled, even if to none.</summary>
    public bool DestinationChosen { get; set; }

    /// <summary>Whether the connection's source translation is settled, even if to none.</summary>
    public bool SourceChosen { get; set; }

    public bool Masqueraded { get; set; }

    /// <summary>The interface routing sends the packet to; null when not known. OUTPUT rules go on seeing the one before re-routing.</summary>
    public string? HeadingOut { get; set; }

    /// <summary>Whether routing found the destination to be this node.</summary>
    public bool HeadingLocal { get; set; }

    /// <summary>The next router, when known.</summary>
    public NetAddress? Gateway { get; set; }

    /// <summary>What the last routing decision depended on, to see whether another one is due.</summary>
    public RouteKey RouteKey { get; set; }

    /// <summary>The table whose base chain is being walked.</summary>
    public HookItem.CallChain? CurrentTable { get; set; }

    public Branch Fork() => new(this);

    /// <summary>Goes the way that routing chose.</summary>
    public void Take(RouteChoice choice)
    {
        HeadingLocal = choice.IsLocal;
        HeadingOut = choice.Interface;
        Gateway = choice.Gateway;
    }

    public void AddStep(Step step) => Steps = new StepList(step, Steps);
}

/// <summary>A chain being walked.</summary>
/// <param name="Chain">The chain.</param>
/// <param name="Next">The index of the rule that comes next.</param>
/// <param name="Depth">Jumps deep.</param>
internal readonly record struct Frame(Chain Chain, int Next, int Depth)
{
    /// <summary>How far the rule at <see cref="Next"/> has been evaluated; null at its beginning.</summary>
    public RuleProgress? Progress { get; init; }
}

/// <summary>How far a rule has been evaluated: a rule of nftables has statements before others.</summary>
/// <param name="Part">The index of the part that comes next.</param>
/// <param name="Actions">What it has done, in words; null when nothing that is worth a word.</param>
/// <param name="Chance">The probability of its last random match; null without one.</param>
internal sealed record RuleProgress(int Part, string? Actions, Probability? Chance)
{
    /// <summary>The comment of the last ipset entry that a match found; null without one.</summary>
    public string? EntryComment { get; init; }

    public static readonly RuleProgress Start = new(0, null, null);

    /// <summary>The words for all it did, this last.</summary>
    public string With(string action) => Actions is null ? action : $"{Actions}, {action}";
}

/// <summary>Steps so far, shared by branches that forked.</summary>
/// <param name="Step">The last step.</param>
/// <param name="Previous">Those before it.</param>
internal sealed record StepList(Step Step, StepList? Previous)
{
    /// <summary>The steps in the order they were taken.</summary>
    public IReadOnlyList<Step> ToPath()
    {
        var path = new List<Step>();
        for (var node = this; node is not null; node = node.Previous)
        {
            path.Add(node.Step);
        }

        path.Reverse();
        return path;
    }
}

/// <summary>What a routing decision looks at.</summary>
/// <param name="Destination">Destination.</param>
/// <param name="Source">Source.</param>
/// <param name="Mark">Packet mark.</param>
/// <param name="Tos">Type of service.</param>
internal readonly record struct RouteKey(NetAddress Destination, NetAddress Source, uint Mark, int? Tos);
