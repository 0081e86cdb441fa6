using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary><c>-j CHECKSUM --checksum-fill</c>; in a listing <c>CHECKSUM fill</c>.</summary>
internal sealed class ChecksumSyntax : TargetSyntax<FillChecksum>
{
    public override string Name => "CHECKSUM";

    protected override FillChecksum Start { get; } = new();

    public override Statement? ReadListing(ref ListingReader words) => words.TryTakeAll("CHECKSUM fill"u8) ? Start : null;

    protected override FillChecksum? Take(FillChecksum current, ref OptionReader option) => option.Is("--checksum-fill"u8) ? current : null;

    protected override void Write(FillChecksum statement, SaveWriter writer) => writer.Option("--checksum-fill");
}

/// <summary><c>-j AUDIT --type drop</c>; in a listing <c>AUDIT drop</c>.</summary>
internal sealed class AuditSyntax : TargetSyntax<Audit>
{
    public override string Name => "AUDIT";

    protected override Audit Start { get; } = new("");

    public override Statement? ReadListing(ref ListingReader words) =>
        words.TryTake("AUDIT"u8) && words.HasMore ? new Audit(words.Text(words.Next())) : null;

    protected override Audit? Take(Audit current, ref OptionReader option) => option.Is("--type"u8) ? new Audit(option.Text()) : null;

    protected override void Write(Audit statement, SaveWriter writer) => writer.Option("--type", statement.Type);
}

/// <summary><c>-j IDLETIMER --timeout 42 --label foo</c>; in a listing <c>timeout:42 label:foo</c>.</summary>
internal sealed class IdleTimerSyntax : TargetSyntax<IdleTimer>
{
    public override string Name => "IDLETIMER";

    protected override IdleTimer Start { get; } = new(0, "", IsAlarm: false);

    public override Statement? ReadListing(ref ListingReader words) =>
        words.TryTakePrefixed("timeout:"u8, out var timeout) && Text.Utf8Number.TryParse(timeout, out uint seconds) &&
        words.TryTakePrefixed("label:"u8, out var label)
            ? new IdleTimer(seconds, words.Text(label), words.TryTake("alarm"u8))
            : null;

    protected override IdleTimer? Take(IdleTimer current, ref OptionReader option) =>
        option.Is("--timeout"u8) ? current with { Timeout = option.Number() }
        : option.Is("--label"u8) ? current with { Label = option.Text() }
        : option.Is("--alarm"u8) ? current with { IsAlarm = true }
        : null;

    protected override void Write(IdleTimer statement, SaveWriter writer) =>
        writer.Option("--timeout", statement.Timeout).Option("--label", statement.Label).Flag("--alarm", statement.IsAlarm);
}

/// <summary><c>-j RATEEST --rateest-name x --rateest-interval 250.0ms --rateest-ewmalog 500.0ms</c>; in a listing <c>name x interval ...</c>.</summary>
internal sealed class RateSyntax : TargetSyntax<EstimateRate>
{
    public override string Name => "RATEEST";

    protected override EstimateRate Start { get; } = new("", "", "");

    public override Statement? ReadListing(ref ListingReader words)
    {
        if (!words.TryTake("name"u8))
        {
            return null;
        }

        var name = words.Text(words.Next());
        var interval = words.TryTake("interval"u8) ? words.Text(words.Next()) : "";
        return words.TryTake("ewmalog"u8) ? new EstimateRate(name, interval, words.Text(words.Next())) : null;
    }

    protected override EstimateRate? Take(EstimateRate current, ref OptionReader option) =>
        option.Is("--rateest-name"u8) ? current with { Name = option.Text() }
        : option.Is("--rateest-interval"u8) ? current with { Interval = option.Text() }
        : option.Is("--rateest-ewmalog"u8) ? current with { Window = option.Text() }
        : null;

    protected override void Write(EstimateRate statement, SaveWriter writer) => writer
        .Option("--rateest-name", statement.Name)
        .Option("--rateest-interval", statement.Interval)
        .Option("--rateest-ewmalog", statement.Window);
}

/// <summary><c>-j SECMARK --selctx LABEL</c>; in a listing <c>SECMARK selctx LABEL</c>.</summary>
internal sealed class SecurityMarkSyntax : TargetSyntax<SetSecurityMark>
{
    public override string Name => "SECMARK";

    protected override SetSecurityMark Start { get; } = new("");

    public override Statement? ReadListing(ref ListingReader words) =>
        words.TryTakeAll("SECMARK selctx"u8) && words.HasMore ? new SetSecurityMark(words.Text(words.Next())) : null;

    protected override SetSecurityMark? Take(SetSecurityMark current, ref OptionReader option) =>
        option.Is("--selctx"u8) ? new SetSecurityMark(option.Text()) : null;

    protected override void Write(SetSecurityMark statement, SaveWriter writer) => writer.Option("--selctx", statement.Context);
}

/// <summary><c>-j CONNSECMARK --save</c> or <c>--restore</c>; in a listing <c>CONNSECMARK save</c>.</summary>
internal sealed class CopySecurityMarkSyntax : TargetSyntax<CopySecurityMark>
{
    public override string Name => "CONNSECMARK";

    protected override CopySecurityMark Start { get; } = new(IsRestore: false);

    public override Statement? ReadListing(ref ListingReader words) =>
        words.TryTakeAll("CONNSECMARK save"u8) ? Start
        : words.TryTakeAll("CONNSECMARK restore"u8) ? new CopySecurityMark(IsRestore: true)
        : null;

    protected override CopySecurityMark? Take(CopySecurityMark current, ref OptionReader option) =>
        option.Is("--save"u8) ? Start
        : option.Is("--restore"u8) ? new CopySecurityMark(IsRestore: true)
        : null;

    protected override void Write(CopySecurityMark statement, SaveWriter writer) =>
        writer.Option(statement.IsRestore ? "--restore" : "--save");
}
