using System.Text.Json;

namespace Sluice.Kubernetes.Json;

/// <summary>What an API object says of itself, wherever it says it: kubectl sorts the fields, so that <c>kind</c> may come last.</summary>
/// <param name="ApiVersion"><c>apiVersion</c>; null when not said.</param>
/// <param name="Kind"><c>kind</c>; null when not said.</param>
internal record struct ObjectHeader(string? ApiVersion, string? Kind)
{
    /// <summary>Whether it is a list: it has <c>items</c>.</summary>
    public bool HasItems { get; private set; }

    /// <summary>
    /// Reads on to the end of the object the reader is in, or into its <c>items</c> when these are wanted. False when the text ends
    /// before; the reader is then of no more use.
    /// </summary>
    public bool TryScan(ref Utf8JsonReader json, TextPool texts, bool stopsAtItems)
    {
        while (json.Read())
        {
            if (json.TokenType == JsonTokenType.EndObject)
            {
                return true;
            }

            var isVersion = json.ValueTextEquals("apiVersion"u8);
            var isKind = json.ValueTextEquals("kind"u8);
            var isItems = json.ValueTextEquals("items"u8);
            if (!json.Read())
            {
                return false;
            }

            switch (json.TokenType)
            {
                case JsonTokenType.String when isVersion:
                    ApiVersion = texts.Get(ref json);
                    break;
                case JsonTokenType.String when isKind:
                    Kind = texts.Get(ref json);
                    break;
                case JsonTokenType.StartArray when isItems && stopsAtItems:
                    HasItems = true;
                    return true;
                default:
                    if (!json.TrySkip())
                    {
                        return false;
                    }

                    break;
            }
        }

        return false;
    }
}
