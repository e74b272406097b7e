using System.Globalization;

namespace GrpoMonteCarlo.Worker.Terminal;

/// <summary>Text from files as a terminal may see it: no line ends, and nothing that moves its cursor.</summary>
internal static class Printable
{
    /// <summary>The text with its control characters written as \uXXXX.</summary>
    public static string Of(string text) => text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString()))
        : text;
}
