using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m nfacct --nfacct-name  x</c>, with two blanks; in a listing <c>nfacct-name  x</c>.</summary>
internal sealed class AccountSyntax : MatchSyntax<AccountMatch>
{
    public override string Name => "nfacct";

    protected override AccountMatch Start { get; } = new("");

    public override Match? ReadListing(ref ListingReader words)
    {
        if (!words.TryTake("nfacct-name"u8))
        {
            return null;
        }

        var text = words.TryTakeQuoted(out var quoted) ? quoted : words.Next();
        return text.IsEmpty ? null : new AccountMatch(words.Text(text));
    }

    protected override AccountMatch? Take(AccountMatch current, ref OptionReader option) =>
        option.Is("--nfacct-name"u8) ? new AccountMatch(option.Text()) : null;

    protected override void Write(AccountMatch match, SaveWriter writer) => writer.Option("--nfacct-name").Raw(" ").Quoted(match.Name);
}

/// <summary><c>-m cgroup --path "a b"</c> or <c>--cgroup 1048592</c>; in a listing <c>cgroup ! 1048592</c>.</summary>
internal sealed class CgroupSyntax : MatchSyntax<CgroupMatch>
{
    public override string Name => "cgroup";

    protected override CgroupMatch Start { get; } = new(new Negatable<string>("", Inverted: false), IsPath: false);

    public override Match? ReadListing(ref ListingReader words) => words.TryTakeForm("cgroup ^#"u8, out var inverted, out var text)
        ? new CgroupMatch(new(words.Text(text), inverted), IsPath: !uint.TryParse(text, out _))
        : null;

    protected override CgroupMatch? Take(CgroupMatch current, ref OptionReader option)
    {
        var isPath = option.Is("--path"u8);
        if (!isPath && !option.Is("--cgroup"u8))
        {
            return null;
        }

        var group = option.Text();
        if (!isPath && !uint.TryParse(group, out _))
        {
            option.Fail();
        }

        return new CgroupMatch(option.Negatable(group), isPath);
    }

    protected override void Write(CgroupMatch match, SaveWriter writer)
    {
        writer.Option(match.IsPath ? "--path" : "--cgroup", match.Group.Inverted);
        if (match.IsPath)
        {
            writer.Quoted(match.Group.Value);
        }
        else
        {
            writer.Word(match.Group.Value);
        }
    }
}
