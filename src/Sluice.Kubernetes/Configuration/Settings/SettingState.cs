namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>What becomes of a setting.</summary>
public enum SettingState
{
    /// <summary>It does what it says.</summary>
    Honoured,

    /// <summary>It is read and checked, and changes nothing.</summary>
    Ignored,

    /// <summary>To ask for it is an error.</summary>
    Refused,
}
