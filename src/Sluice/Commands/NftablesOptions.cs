using System.CommandLine;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Net;

namespace Sluice.Commands;

/// <summary>The flags of what nftables mode can do besides, all off unless asked for.</summary>
internal sealed class NftablesOptions
{
    private readonly Option<bool> _counters = Flag("--nftables-counters", "In nftables mode: count connections, packets and bytes of each Service address");
    private readonly Option<bool> _dropInvalid = Flag("--nftables-drop-invalid", "In nftables mode: drop forwarded packets that fit no connection");
    private readonly Option<bool> _healthChecks = Flag("--nftables-accept-health-checks", "In nftables mode: accept what asks for health-check node ports; another table that drops it still does");

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_counters, _dropInvalid, _healthChecks])
        {
            command.Add(option);
        }
    }

    /// <summary>What they say.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="masqueradeMark">The mark of packets to masquerade, a single bit.</param>
    /// <returns>What shapes the table of a family.</returns>
    public Func<IPFamily, NftablesPlanOptions> Read(ParseResult parsed, uint masqueradeMark)
    {
        var (counters, dropInvalid, healthChecks) = (parsed.GetValue(_counters), parsed.GetValue(_dropInvalid), parsed.GetValue(_healthChecks));
        return family => new NftablesPlanOptions(family)
        {
            MasqueradeMark = masqueradeMark,
            Counters = counters,
            DropInvalid = dropInvalid,
            AcceptHealthChecks = healthChecks,
        };
    }

    private static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}
