using Sluice.KernelTests.Lab;
using Sluice.Net;
using Sluice.Netfilter;
using Xunit;

namespace Sluice.KernelTests.Agreement;

/// <summary>Counts what was tried over generated rulesets, and collects what disagrees.</summary>
/// <param name="lab">Where the rules are.</param>
internal sealed class AgreementTally(KernelLab lab)
{
    private readonly List<string> _wrong = [];
    private int _pairs;
    private int _replies;
    private int _laterPackets;

    /// <summary>Notes something that is wrong.</summary>
    public void Complain(string complaint) => _wrong.Add(complaint);

    /// <summary>Sends packets under the rules that the lab has, and compares.</summary>
    /// <param name="seed">Of the ruleset.</param>
    /// <param name="rules">It, for people.</param>
    /// <param name="snapshot">The node as the tracer sees it.</param>
    /// <param name="hasUntracked">Whether rules exempt packets from connection tracking.</param>
    /// <param name="packets">What is sent.</param>
    public void Try(int seed, string rules, NodeSnapshot snapshot, bool hasUntracked, IReadOnlyList<Packet> packets)
    {
        var trial = new PacketTrial(lab, snapshot, hasUntracked, (what, complaint) => Complain($"seed {seed}, {what}:\n{complaint}\nrules:\n{rules}"));
        trial.Try(packets);
        _pairs += trial.Pairs;
        _replies += trial.Replies;
        _laterPackets += trial.LaterPackets;
    }

    /// <summary>Tries seed by seed, prints the counts, and fails where something disagrees or little was tried.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="name">What is tried.</param>
    /// <param name="pairsPerRuleset">How many packets are to be tried for each ruleset, at least.</param>
    /// <param name="trySeed">Tries one.</param>
    public void Judge(ITestOutputHelper output, string name, int pairsPerRuleset, Action<int> trySeed)
    {
        var first = AgreementSize.FirstSeed;
        var rulesets = AgreementSize.Rulesets(60);
        for (var seed = first; seed < first + rulesets; seed++)
        {
            trySeed(seed);
        }

        output.WriteLine($"{name}: {_pairs} (ruleset, packet) pairs, {_replies} replies and {_laterPackets} later packets over {rulesets} rulesets from seed {first}; {_wrong.Count} disagree");
        Assert.True(_wrong.Count == 0, $"{_wrong.Count} of {_pairs} + {_replies} disagree\n{string.Join("\n\n", _wrong.Take(5))}");
        Assert.True(_pairs >= rulesets * pairsPerRuleset, $"only {_pairs} pairs");
    }
}
