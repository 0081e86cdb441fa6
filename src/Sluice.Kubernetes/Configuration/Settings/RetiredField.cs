using System.Text.Json;
using Sluice.Kubernetes.Decoding;

namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>A field of another version of kube-proxy, with no value here. It is never written.</summary>
/// <typeparam name="TTarget">The record that has none of it.</typeparam>
public sealed record RetiredField<TTarget> : Setting<TTarget>
{
    /// <inheritdoc/>
    public override string HelpName => "VALUE";

    /// <inheritdoc/>
    public override string DefaultText => "";

    /// <inheritdoc/>
    public override bool MayStandAlone => false;

    /// <inheritdoc/>
    public override TTarget Take(TTarget target, IReadOnlyList<string> words, bool isAlone, out string? problem)
    {
        problem = Reason;
        return target;
    }

    /// <inheritdoc/>
    public override string Show(TTarget target) => "";

    /// <inheritdoc/>
    public override bool AreSame(TTarget one, TTarget other) => true;

    /// <inheritdoc/>
    internal override bool CanWrite(TTarget target) => true;

    /// <inheritdoc/>
    internal override TTarget Read(ref Utf8JsonReader json, TTarget target)
    {
        if (State == SettingState.Refused && json.TokenType is not (JsonTokenType.Null or JsonTokenType.False))
        {
            throw new DecodeException(json.TokenStartIndex, $"refused: {Reason}");
        }

        json.Skip();
        return target;
    }

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, TTarget target)
    {
    }
}
