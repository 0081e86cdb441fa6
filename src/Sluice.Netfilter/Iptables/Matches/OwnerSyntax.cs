using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m owner --uid-owner 1337</c>; in a listing <c>! owner UID match 1337</c>.</summary>
internal sealed class OwnerSyntax : MatchSyntax<OwnerMatch>
{
    public override string Name => "owner";

    protected override OwnerMatch Start { get; } = new();

    public override Match? ReadListing(ref ListingReader words)
    {
        var match = Start;
        while (true)
        {
            if (words.TryTakeForm("^owner socket exists"u8, out var inverted))
            {
                match = match with { HasSocket = !inverted };
            }
            else if (words.TryTakeForm("^owner UID match #"u8, out inverted, out var text))
            {
                match = match with { User = new(words.Text(text), inverted) };
            }
            else if (words.TryTakeForm("^owner GID match #"u8, out inverted, out text))
            {
                match = match with { Group = new(words.Text(text), inverted) };
            }
            else if (words.TryTakeForm("incl. suppl. groups"u8))
            {
                match = match with { ComparesSupplementaryGroups = true };
            }
            else
            {
                return match == Start ? null : match;
            }
        }
    }

    protected override OwnerMatch? Take(OwnerMatch current, ref OptionReader option)
    {
        if (option.Is("--uid-owner"u8))
        {
            var user = option.Text();
            return current with { User = option.Negatable(user) };
        }

        if (option.Is("--gid-owner"u8))
        {
            var group = option.Text();
            return current with { Group = option.Negatable(group) };
        }

        return option.Is("--socket-exists"u8) ? current with { HasSocket = !option.Inverted }
            : option.Is("--suppl-groups"u8) ? current with { ComparesSupplementaryGroups = true }
            : null;
    }

    protected override void Write(OwnerMatch match, SaveWriter writer)
    {
        if (match.HasSocket is { } hasSocket)
        {
            writer.Option("--socket-exists", !hasSocket);
        }

        writer.Optional("--uid-owner", match.User)
            .Optional("--gid-owner", match.Group)
            .Flag("--suppl-groups", match.ComparesSupplementaryGroups);
    }
}
