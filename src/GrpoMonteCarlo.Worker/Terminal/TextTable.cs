namespace GrpoMonteCarlo.Worker.Terminal;

/// <summary>Columns of text, set right but for the first line's names, each as wide as its widest value. For pipes as well as terminals.</summary>
internal sealed class TextTable(IReadOnlyList<string> names)
{
    private readonly List<string[]> _rows = [];

    /// <summary>Characters of the longest line.</summary>
    public int Width => Widths().Sum() + (2 * (names.Count - 1));

    public void Add(params string[] row) => _rows.Add(row);

    public void Write(TextWriter output)
    {
        int[] widths = Widths();
        foreach (IReadOnlyList<string> row in _rows.Prepend([.. names]))
        {
            output.Write(string.Join("  ", row.Select((value, i) => value.PadLeft(widths[i]))).TrimEnd() + "\n");
        }
    }

    private int[] Widths() => [.. names.Select((name, i) => _rows.Select(row => row[i].Length).Append(name.Length).Max())];
}
