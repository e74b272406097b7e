using System.Globalization;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>A column of a dataset in memory, of numbers (NaN where there is none) or of texts.</summary>
internal sealed class Column
{
    private readonly double[]? _numbers;
    private readonly string?[]? _texts;

    public Column(string name, double[] numbers) => (Name, _numbers) = (name, numbers);

    public Column(string name, string?[] texts) => (Name, _texts) = (name, texts);

    public string Name { get; }

    public bool IsNumber => _numbers is not null;

    /// <summary>NaN where it is null, not finite or a text.</summary>
    public double Number(int row) => _numbers is null ? double.NaN : _numbers[row];

    /// <summary>The value so that it reads back exactly; empty where there is none.</summary>
    public string Text(int row) => _numbers is null ? _texts![row] ?? ""
        : double.IsNaN(_numbers[row]) ? "" : _numbers[row].ToString("R", CultureInfo.InvariantCulture);

    /// <summary>17 digits; empty for NaN.</summary>
    public static string Exact(double value) => double.IsNaN(value) ? "" : value.ToString("G17", CultureInfo.InvariantCulture);
}
