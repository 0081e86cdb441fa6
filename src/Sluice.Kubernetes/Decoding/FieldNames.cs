using System.Text;
using System.Text.Json;

namespace Sluice.Kubernetes.Decoding;

/// <summary>The fields that are read of one type of the API, at most 32.</summary>
internal sealed class FieldNames(params string[] names)
{
    private readonly (string Text, byte[] Utf8)[] _names = [.. names.Select(n => (n, Encoding.UTF8.GetBytes(n)))];

    /// <summary>The name at an index of <see cref="Find"/>.</summary>
    public string this[int index] => _names[index].Text;

    /// <summary>Begins to read the fields of the object that the reader stands on.</summary>
    /// <param name="json">The reader.</param>
    /// <param name="keepsNull">Whether a field that is null counts: a label without a value is a label; else it is as good as not there.</param>
    /// <exception cref="DecodeException">It stands on something else.</exception>
    public Fields Open(ref Utf8JsonReader json, bool keepsNull = false) =>
        json.TokenType == JsonTokenType.StartObject ? new Fields(this, keepsNull) : throw json.Unexpected("an object");

    /// <summary>The index of the field whose name the reader stands on; -1 for one that is not read.</summary>
    public int Find(ref Utf8JsonReader json)
    {
        var name = json.ValueSpan;
        for (var i = 0; i < _names.Length; i++)
        {
            var known = _names[i].Utf8;
            if (json.ValueIsEscaped ? json.ValueTextEquals(known) : name.Length == known.Length && name.SequenceEqual(known))
            {
                return i;
            }
        }

        return -1;
    }
}
