namespace Sluice.Kubernetes.Configuration.Settings;

/// <summary>The types of values that more than one setting has.</summary>
public static class SettingTypes
{
    /// <summary>True or false.</summary>
    public static SettingType<bool> Boolean { get; } = new BooleanType();

    /// <summary>Any text.</summary>
    public static SettingType<string> Text { get; } = new TextType("TEXT");

    /// <summary>A file or folder.</summary>
    public static SettingType<string> Path { get; } = new TextType("PATH");

    /// <summary>A name.</summary>
    public static SettingType<string> Name { get; } = new TextType("NAME");

    /// <summary>Anything, or nothing: for flags that change nothing.</summary>
    public static SettingType<string> Anything { get; } = new TextType("VALUE", implied: "true");

    /// <summary>Whether to tell the version: true, false or raw.</summary>
    public static SettingType<string> Version { get; } = new TextType("true|false|raw", "true, false or raw", v => v is "true" or "false" or "raw", implied: "true");

    /// <summary>A length of time, zero or more.</summary>
    public static SettingType<TimeSpan> Duration { get; } = new DurationType();

    /// <summary>A length of time above zero; in the file zero stands for the default.</summary>
    public static SettingType<TimeSpan> Period { get; } = new DurationType(isAboveZero: true);

    /// <summary>A bit of the packet mark.</summary>
    public static SettingType<int> MarkBit { get; } = new IntegerType(0, 31);

    /// <summary>A number, zero or more.</summary>
    public static SettingType<int> Count { get; } = new IntegerType(0, int.MaxValue);

    /// <summary>A port, zero for none.</summary>
    public static SettingType<int> Port { get; } = new IntegerType(0, 65535);

    /// <summary>A number of bytes.</summary>
    public static SettingType<string> Quantity { get; } = new QuantityType();

    /// <summary>One of a few words.</summary>
    /// <typeparam name="T">What they mean.</typeparam>
    /// <param name="helpName">What stands for a word in help.</param>
    /// <param name="words">The words with their meaning.</param>
    public static SettingType<T> Words<T>(string helpName, params (string Word, T Value)[] words)
        where T : struct => new WordType<T>(helpName, words);
}
