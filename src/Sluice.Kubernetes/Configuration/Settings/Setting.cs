namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>
/// One thing that can be set: by a flag, by a field of the file, or by both. Help, readers, writer, checks and the document of all settings
/// come from these.
/// </summary>
public abstract record Setting
{
    /// <summary>The flag without its dashes; null when there is none.</summary>
    public string? Flag { get; init; }

    /// <summary>Other names of the flag, with dashes.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The field with its parents, <c>iptables.syncPeriod</c>; null when there is none.</summary>
    public string? Field { get; init; }

    /// <summary>What it does, in one line.</summary>
    public required string Description { get; init; }

    /// <summary>The heading it stands under.</summary>
    public string Group { get; init; } = "";

    /// <summary>What becomes of it.</summary>
    public SettingState State { get; init; }

    /// <summary>Why it is not honoured, or where it differs from kube-proxy's; empty when there is nothing to say.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Whether kube-proxy has it.</summary>
    public bool IsKubeProxys { get; init; } = true;

    /// <summary>Whether a change of it in the file takes effect without routing beginning anew.</summary>
    public bool IsLive { get; init; }

    /// <summary>Whether the flag counts beside a file, against it.</summary>
    public bool OverridesFile { get; init; }

    /// <summary>Whether zero, or an empty text, in the file stands for the default, as where kube-proxy cannot tell it from nothing.</summary>
    public bool IsZeroDefault { get; init; }

    /// <summary>What stands for the value in help.</summary>
    public abstract string HelpName { get; }

    /// <summary>What counts when nothing is said, as text; empty when that is nothing.</summary>
    public abstract string DefaultText { get; }

    /// <summary>Whether the flag may stand alone, without a value.</summary>
    public abstract bool MayStandAlone { get; }

    /// <summary>The name to call it by: the field, else the flag with its dashes.</summary>
    public string Name => Field ?? FlagName;

    /// <summary>The flag with its dashes.</summary>
    public string FlagName => "--" + Flag;
}
