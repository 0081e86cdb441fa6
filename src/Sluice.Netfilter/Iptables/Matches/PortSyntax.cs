using System.Text;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary>What the modules of protocols with ports share: <c>--sport</c> and <c>--dport</c>; in a listing <c>tcp spt:1024 dpts:80:90</c>.</summary>
internal abstract class PortSyntax<T>(string name) : MatchSyntax<T>
    where T : PortMatch
{
    private readonly byte[] _name = Encoding.ASCII.GetBytes(name);

    public sealed override string Name => name;

    public sealed override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTake(_name))
        {
            return null;
        }

        PortMatch match = Start;
        while (true)
        {
            if (PortWords.TryTake(ref words, "spt"u8, out var ports))
            {
                match = match with { SourcePorts = ports };
            }
            else if (PortWords.TryTake(ref words, "dpt"u8, out ports))
            {
                match = match with { DestinationPorts = ports };
            }
            else if (ListOther((T)match, ref words) is { } grown)
            {
                match = grown;
            }
            else
            {
                return match;
            }
        }
    }

    /// <summary>Reads a word of the module's own in a listing; null, and nothing taken, when the next word is none.</summary>
    protected virtual T? ListOther(T current, ref ListingReader words) => null;

    /// <summary>Adds an option of the module's own; null when it is none.</summary>
    protected virtual T? TakeOther(T current, ref OptionReader option) => null;

    /// <summary>Writes the module's own options.</summary>
    protected virtual void WriteOther(T match, SaveWriter writer)
    {
    }

    protected sealed override T? Take(T current, ref OptionReader option)
    {
        PortMatch match = current;
        if (option.Is("--dport"u8, "--destination-port"u8))
        {
            var ports = option.Ports();
            return (T)(match with { DestinationPorts = option.Negatable(ports) });
        }

        if (option.Is("--sport"u8, "--source-port"u8))
        {
            var ports = option.Ports();
            return (T)(match with { SourcePorts = option.Negatable(ports) });
        }

        return TakeOther(current, ref option);
    }

    protected sealed override void Write(T match, SaveWriter writer)
    {
        writer.Optional("--sport", match.SourcePorts).Optional("--dport", match.DestinationPorts);
        WriteOther(match, writer);
    }
}
