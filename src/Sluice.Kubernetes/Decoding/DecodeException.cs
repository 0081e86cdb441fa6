namespace Sluice.Kubernetes.Decoding;

/// <summary>An object is not as the API has it; never leaves this project.</summary>
/// <param name="offset">The token at fault; the end of an object where a field is missing in it.</param>
/// <param name="complaint">What was expected and what was found.</param>
/// <param name="missingField">The field that is missing, if that is the fault.</param>
internal sealed class DecodeException(long offset, string complaint, string? missingField = null) : Exception(complaint)
{
    public long Offset { get; } = offset;

    public string? MissingField { get; } = missingField;
}
