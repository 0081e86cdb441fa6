using System.Text.Json;

namespace Sluice.Kubernetes.Decoding;

/// <summary>A walk over the known fields of one object.</summary>
internal struct Fields(FieldNames names, bool keepsNull)
{
    private uint _seen;

    /// <summary>The next field's name, the reader on its value; null at the object's end.</summary>
    /// <exception cref="DecodeException">A field is given twice, or by a YAML merge key.</exception>
    public string? Next(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var index = names.Find(ref json);
            if (index < 0)
            {
                if (json.ValueTextEquals("<<"u8))
                {
                    throw new DecodeException(json.TokenStartIndex, "merge keys are not read: expected the fields themselves");
                }

                json.Skip();
                continue;
            }

            if ((_seen & (1u << index)) != 0)
            {
                throw new DecodeException(json.TokenStartIndex, "expected once, found twice");
            }

            _seen |= 1u << index;
            json.Read();
            if (keepsNull || json.TokenType != JsonTokenType.Null)
            {
                return names[index];
            }
        }

        return null;
    }
}
