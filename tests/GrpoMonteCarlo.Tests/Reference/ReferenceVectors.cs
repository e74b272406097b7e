using System.Globalization;
using System.Text.Json;

namespace GrpoMonteCarlo.Tests.Reference;

/// <summary>High-precision reference values (50-digit arithmetic), read once from the embedded vectors.json.</summary>
internal static class ReferenceVectors
{
    private static readonly Lazy<JsonElement> Root = new(() =>
    {
        using Stream stream = typeof(ReferenceVectors).Assembly.GetManifestResourceStream("vectors.json")!;
        return JsonDocument.Parse(stream).RootElement;
    });

    public static IEnumerable<JsonElement> Section(string name) => Root.Value.GetProperty(name).EnumerateArray();

    public static double Number(this JsonElement row, string member) => row.GetProperty(member).Number();

    public static double Number(this JsonElement value) => value.ValueKind == JsonValueKind.String
        ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture)
        : value.GetDouble();

    public static double[] Numbers(this JsonElement row, string member) =>
        [.. row.GetProperty(member).EnumerateArray().Select(Number)];

    /// <summary>Equal to the tolerance, relative or absolute, whichever is looser.</summary>
    public static void AssertClose(double expected, double actual, double tolerance, string what) =>
        Assert.True(
            Math.Abs(actual - expected) <= tolerance * Math.Max(1, Math.Abs(expected)),
            $"{what}: expected {expected:R}, got {actual:R}");

    /// <summary>Equal to the relative tolerance; a value below the range of a double may be 0.</summary>
    public static void AssertRelative(double expected, double actual, double tolerance, string what) =>
        Assert.True(
            Math.Abs(actual - expected) <= Math.Max(tolerance * Math.Abs(expected), 1e-300),
            $"{what}: expected {expected:R}, got {actual:R}");
}
