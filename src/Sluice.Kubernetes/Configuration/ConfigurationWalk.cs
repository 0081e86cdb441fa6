using System.Text.Json;
using Sluice.Kubernetes.Configuration.Settings;
using Sluice.Kubernetes.Decoding;
using Sluice.Kubernetes.Json;
using Sluice.Net;

namespace Sluice.Kubernetes.Configuration;

/// <summary>One walk over the JSON of a configuration.</summary>
internal sealed class ConfigurationWalk(byte[] json)
{
    private static readonly Dictionary<string, Setting<ProxyConfiguration>> s_settings =
        ConfigurationTable.All.Where(s => s.Field is not null).ToDictionary(s => s.Field!, StringComparer.Ordinal);

    // Every beginning of a field's name that ends before a point.
    private static readonly HashSet<string> s_sections =
        s_settings.Keys.SelectMany(f => f.Select((c, at) => c == '.' ? f[..at] : null)).OfType<string>().ToHashSet(StringComparer.Ordinal);

    private readonly Dictionary<string, int> _lines = new(StringComparer.Ordinal);
    private bool _hasVersion;
    private bool _hasKind;

    /// <summary>What was read.</summary>
    public ProxyConfiguration Configuration { get; private set; } = ProxyConfiguration.Default;

    /// <summary>The lines of the fields.</summary>
    public IReadOnlyDictionary<string, int> Lines => _lines;

    /// <summary>The line, from 1, of an offset.</summary>
    public static int LineAt(byte[] json, long offset) => json.AsSpan(0, (int)offset).Count((byte)'\n') + 1;

    /// <summary>Reads all of it.</summary>
    /// <exception cref="DecodeException">It is not what was expected.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="SyntaxException">Something follows it.</exception>
    public void Run()
    {
        var reader = new Utf8JsonReader(json, JsonText.Options with { AllowMultipleValues = true });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new DecodeException(0, $"expected a {ConfigurationReader.Kind}, found no fields");
        }

        ReadObject(ref reader, "");
        if (!_hasVersion || !_hasKind)
        {
            throw new DecodeException(0, _hasVersion
                ? $"kind: expected {ConfigurationReader.Kind}, found nothing"
                : $"apiVersion: expected {ConfigurationReader.ApiVersion}, found nothing");
        }

        if (reader.Read())
        {
            throw new SyntaxException(LineAt(json, reader.TokenStartIndex), $"expected one {ConfigurationReader.Kind}, found a second document");
        }

        Configuration = WithFamilyOfBindAddress(Configuration);
    }

    private void ReadObject(ref Utf8JsonReader reader, string section)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            var field = section.Length == 0 ? name : $"{section}.{name}";
            var offset = reader.TokenStartIndex;
            if (!seen.Add(name))
            {
                throw new DecodeException(offset, "expected once, found twice");
            }

            _lines[field] = LineAt(json, offset);
            reader.Read();
            if (s_settings.TryGetValue(field, out var setting))
            {
                Configuration = setting.Read(ref reader, Configuration);
            }
            else if (s_sections.Contains(field))
            {
                ReadSection(ref reader, field);
            }
            else if (!(section.Length == 0 && IsHeader(ref reader, name)))
            {
                throw new DecodeException(offset, $"no such field{NearestWord.Hint(name, Names(section))}");
            }
        }
    }

    private void ReadSection(ref Utf8JsonReader reader, string section)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            ReadObject(ref reader, section);
        }
        else if (reader.TokenType != JsonTokenType.Null)
        {
            throw reader.Unexpected("fields (name: value)");
        }
    }

    private bool IsHeader(ref Utf8JsonReader reader, string name)
    {
        var expected = name switch { "apiVersion" => ConfigurationReader.ApiVersion, "kind" => ConfigurationReader.Kind, _ => null };
        if (expected is null)
        {
            return false;
        }

        if (reader.Text() != expected)
        {
            throw reader.Unexpected(expected);
        }

        _hasVersion |= name == "apiVersion";
        _hasKind |= name == "kind";
        return true;
    }

    private static IEnumerable<string> Names(string section) => s_settings.Keys.Concat(s_sections)
        .Where(f => section.Length == 0 || f.StartsWith(section + ".", StringComparison.Ordinal))
        .Select(f => section.Length == 0 ? f : f[(section.Length + 1)..])
        .Where(f => !f.Contains('.', StringComparison.Ordinal));

    // What is not said follows the family of bindAddress.
    private static ProxyConfiguration WithFamilyOfBindAddress(ProxyConfiguration configuration)
    {
        if (configuration.BindAddress.Family == IPFamily.IPv4)
        {
            return configuration;
        }

        var usual = ProxyConfiguration.Default;
        return configuration with
        {
            HealthzBindAddress = configuration.HealthzBindAddress == usual.HealthzBindAddress
                ? new ListenAddress(NetAddress.Parse("::"), ListenAddress.HealthzPort) : configuration.HealthzBindAddress,
            MetricsBindAddress = configuration.MetricsBindAddress == usual.MetricsBindAddress
                ? new ListenAddress(NetAddress.Parse("::1"), ListenAddress.MetricsPort) : configuration.MetricsBindAddress,
        };
    }
}
