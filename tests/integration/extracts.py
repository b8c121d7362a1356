"""Small extracts in the format of the Care Inspectorate, made by hand."""

import csv
from pathlib import Path

COLUMNS = [
    "CSNumber", "CareService", "Subtype", "ServiceType", "ServiceName", "Service_town", "Service_Postcode",
    "ManagerName", "SP_number", "ServiceProvider", "ServiceStatus", "DateReg", "TotalBeds",
    "Dec16_Annual_Return_Submitted", "Council_Area_Name", "Health_Board_Name", "NumberStaff",
    "Registered_Places", "Client_group", "RADScore", "MinGrade", "MaxGrade", "Publication_of_Latest_Grading",
    "Quality_of_Care_and_Support", "Quality_of_Staffing", "Quality_of_Mgmt_and_Lship",
    "Complnt_upheld_or_partially_1718", "Enforcements_issued_1718", "any_requirements_1718",
    "Last_inspection_Date",
]  # fmt: skip


def service(number: int, *, weak: bool, staff: int = 25) -> dict[str, str]:
    """One row; a weak service has grade 2 and a high risk score."""
    grade = "2" if weak else "5"
    return {
        "CSNumber": f"CS{2003000000 + number:010d}",
        "CareService": "Care Home Service",
        "Subtype": "Older People",
        "ServiceType": "Private",
        "ServiceName": f"Huis {number}",
        "Service_town": "Perth",
        "Service_Postcode": f"PH{number} 1AA",
        "ManagerName": f"M{number:010d}",
        "SP_number": f"SP{2003000000 + number // 2:010d}",
        "ServiceProvider": f"Aanbieder {number // 2}",
        "ServiceStatus": "Active",
        "DateReg": "01/04/2002",
        "TotalBeds": "30",
        "Dec16_Annual_Return_Submitted": "Did not Submit" if weak else "Submitted",
        "Council_Area_Name": "Perth & Kinross",
        "Health_Board_Name": "Tayside",
        "NumberStaff": "10" if weak else str(staff),
        "Registered_Places": "30",
        "Client_group": "Adults",
        "RADScore": "High" if weak else "Low",
        "MinGrade": grade,
        "MaxGrade": grade,
        "Publication_of_Latest_Grading": "01/02/2018",
        "Quality_of_Care_and_Support": grade,
        "Quality_of_Staffing": grade,
        "Quality_of_Mgmt_and_Lship": grade,
        "Complnt_upheld_or_partially_1718": "3" if weak else "",
        "Enforcements_issued_1718": "1" if weak else "",
        "any_requirements_1718": "Yes" if weak else "Inspected but no requirements made",
        "Last_inspection_Date": "01/02/2018",
    }


def write_extract(folder: Path, day: str, rows: list[dict[str, str]]) -> Path:
    path = folder / f"{day}_datastore.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path
