using System.Text;
using GrpoMonteCarlo.Worker.Plotting;
using GrpoMonteCarlo.Worker.State;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The report of a finished run: report.html, figures/ and tables/ in its folder. Everything is made before anything is written.</summary>
internal static class Report
{
    public const string Page = "report.html";

    private const string Figures = "figures";
    private const string Tables = "tables";

    /// <summary>Writes the report and gives the paths of its files.</summary>
    /// <exception cref="BadInputException">The folder holds no finished run, or its files are damaged.</exception>
    public static IReadOnlyList<string> Write(string folder)
    {
        var run = RunData.Open(folder);
        var variation = new Variation(run);
        var reportFigures = new ReportFigures(run, variation);
        reportFigures.Read();
        var passAt = PassAtK.Read(folder, run, PassAtKFigure.MostPanels);
        var passages = PassagePaths.Read(folder, run, PassagesFigure.MostPanels);
        var pairs = CellPairs.Read(folder, run);
        var tables = new ReportTables(run, variation);
        Table[] allTables = [.. tables.All(PassageTimes.Read(folder, run))];
        ReportFigure[] figures = [.. reportFigures.All(passAt, passages, pairs)];
        (string Path, string Text)[] files =
        [
            .. figures.Select(figure => (Path.Combine(Figures, $"{figure.Name}.svg"), SvgWriter.Write(figure.Figure) + "\n")),
            .. allTables.Select(table => (Path.Combine(Tables, $"{table.Name}.csv"), table.Csv())),
            .. allTables.Select(table => (Path.Combine(Tables, $"{table.Name}.tex"), table.Latex())),
            (Page, ReportPage.Write(run.Manifest, ReportWords.Of(run, variation, tables), figures, allTables)),
        ];
        foreach ((string path, string text) in files)
        {
            string full = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            AtomicFile.Write(full, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
        }

        // What an earlier report of the folder had and this one has not.
        foreach (string stale in AllFiles().Except(files.Select(file => file.Path)))
        {
            Delete(folder, stale);
        }

        return [.. files.Select(file => Path.Combine(folder, file.Path))];
    }

    /// <summary>Deletes what a report wrote into a folder, and nothing else.</summary>
    public static void Delete(string folder)
    {
        foreach (string file in AllFiles())
        {
            Delete(folder, file);
        }
    }

    private static void Delete(string folder, string file)
    {
        var path = new FileInfo(Path.Combine(folder, file));
        if (path.Exists)
        {
            path.Delete();
            if (path.Directory is { Name: Figures or Tables } own && !own.EnumerateFileSystemInfos().Any())
            {
                own.Delete();
            }
        }
    }

    // Every file that a report may have, the page first: without it there is no report.
    private static IEnumerable<string> AllFiles() =>
    [
        Page,
        .. ReportFigures.Names.Select(name => Path.Combine(Figures, $"{name}.svg")),
        .. ReportTables.Names.SelectMany(name => new[] { Path.Combine(Tables, $"{name}.csv"), Path.Combine(Tables, $"{name}.tex") }),
    ];
}
