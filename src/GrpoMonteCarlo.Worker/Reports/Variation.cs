namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>What tells the cells of a run apart.</summary>
internal sealed class Variation
{
    // One that another determines says nothing more: a start at the reference, the weight that an anchor's name implies.
    private static readonly (string Name, string By)[] Implied = [("p_start", "p_ref"), ("alpha", "anchor"), ("prompts_per_update", "prompts")];

    private readonly RunData _run;

    public Variation(RunData run)
    {
        _run = run;
        var columns = Parameter.Names.Select(run.Cells).Where(column => Distinct([column]) > 1).ToList();
        foreach ((string name, string by) in Implied)
        {
            columns.RemoveAll(column => column.Name == name && columns.Any(other => other.Name == by) && IsDeterminedBy(column, [run.Cells(by)]));
        }

        Column[] butSampler = [.. columns.Where(column => column.Name != "sampler")];
        columns.RemoveAll(column => column.Name == "sampler" && butSampler.Length > 0 && IsDeterminedBy(column, butSampler));
        Columns = columns;
    }

    /// <summary>The parameters that vary, in the datasets' order.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The different values of a parameter of numbers, rising; empty if some cell has none.</summary>
    public double[] Values(string name)
    {
        double[] values = [.. Enumerable.Range(0, _run.Count).Select(_run.Cells(name).Number).Distinct().Order()];
        return values.Any(double.IsNaN) ? [] : values;
    }

    /// <summary>What a cell is, by what varies; "all" with one cell.</summary>
    public string Label(int cell) => Label(Columns, cell);

    /// <summary>The cells by all that varies but some parameters and what these determine, each set with a label.</summary>
    public List<(string Label, int[] Cells)> Combinations(params string[] but)
    {
        Column[] axes = [.. but.Select(_run.Cells)];
        Column[] others = [.. Columns.Where(column => !but.Contains(column.Name) && !IsDeterminedBy(column, axes))];
        return [.. Enumerable.Range(0, _run.Count)
            .GroupBy(cell => Key(others, cell))
            .Select(group => (Label(others, group.First()), group.ToArray()))];
    }

    private static string Label(IEnumerable<Column> columns, int cell)
    {
        string[] labels = [.. columns.Select(column => Parameter.Label(column, cell)).Where(label => label.Length > 0)];
        return labels.Length == 0 ? "all" : string.Join(", ", labels);
    }

    private static string Key(IReadOnlyList<Column> columns, int cell) => string.Join('\n', columns.Select(column => column.Text(cell)));

    private int Distinct(IReadOnlyList<Column> columns) => Enumerable.Range(0, _run.Count).Select(cell => Key(columns, cell)).Distinct().Count();

    private bool IsDeterminedBy(Column column, IReadOnlyList<Column> others) => Distinct([.. others, column]) == Distinct(others);
}
